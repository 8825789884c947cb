package io.muster.engine;

import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;

/**
 * Groups, authorizations, filters and the first accounts, before the web server listens: until an administrator exists,
 * the web apps would let anyone create one. Servers of one database that start at the same time do it one after the other.
 */
final class IdentitySetup implements SmartInitializingSingleton {

    static final String SANDBOX = "muster.sandbox.active";
    static final String ADMIN_USER = "muster.admin.user";
    static final String ADMIN_PASSWORD = "muster.admin.password";

    private final Accounts accounts;
    private final Authorizations authorizations;
    private final TasklistFilters filters;
    private final Environment environment;
    private final Consumer<Runnable> alone;

    /** @param alone runs what it is given while no other server does */
    IdentitySetup(
            Accounts accounts,
            Authorizations authorizations,
            TasklistFilters filters,
            Environment environment,
            Consumer<Runnable> alone) {
        this.accounts = accounts;
        this.authorizations = authorizations;
        this.filters = filters;
        this.environment = environment;
        this.alone = alone;
    }

    @Override
    public void afterSingletonsInstantiated() {
        alone.accept(this::setUp);
    }

    private void setUp() {
        SandboxAccounts sandbox = new SandboxAccounts(accounts);
        boolean sandboxActive = environment.getProperty(SANDBOX, Boolean.class, false);
        if (!sandboxActive) {
            sandbox.refuse();
        }
        Roles.ALL_GROUPS.forEach(group -> accounts.ensureGroup(group, Roles.title(group)));
        authorizations.ensure(Roles.grants());
        filters.ensure();
        if (sandboxActive) {
            sandbox.create();
        } else {
            firstAdmin();
        }
    }

    private void firstAdmin() {
        Optional<String> user = given(ADMIN_USER);
        Optional<String> password = given(ADMIN_PASSWORD);
        if (user.isPresent() && !accounts.exists(user.get())) {
            accounts.create(
                    user.get(),
                    password.orElseThrow(() -> new AccountsRefused(
                            "MUSTER_ADMIN_USER names '" + user.get()
                                    + "', who does not exist yet, and MUSTER_ADMIN_PASSWORD is not set.",
                            "Set both in the environment.")));
        }
        user.ifPresent(accounts::ensureAdmin);
        if (!accounts.hasAdmin()) {
            throw new AccountsRefused(
                    "There is no administrator yet.",
                    "Set MUSTER_ADMIN_USER and MUSTER_ADMIN_PASSWORD in the environment; they create the first one, once.");
        }
        // Camunda's own group of administrators must never be empty: see Accounts.
        accounts.admins().forEach(accounts::ensureAdmin);
    }

    private Optional<String> given(String property) {
        return Optional.ofNullable(environment.getProperty(property)).filter(value -> !value.isBlank());
    }
}
