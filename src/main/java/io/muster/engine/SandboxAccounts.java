package io.muster.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accounts of the rehearsal environment. They exist with the sandbox inventory and nowhere else. */
final class SandboxAccounts {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxAccounts.class);

    /** Account, which is also its password, and its group. */
    static final Map<String, String> ACCOUNTS = accounts();

    private final Accounts accounts;

    SandboxAccounts(Accounts accounts) {
        this.accounts = accounts;
    }

    void create() {
        ACCOUNTS.forEach((name, group) -> {
            if (!accounts.exists(name)) {
                accounts.createSandboxAccount(name);
                LOG.info("Created sandbox account {} in {}", name, group);
            }
            if (group.equals(Roles.ADMINS)) {
                accounts.ensureAdmin(name);
            } else {
                accounts.ensureMember(name, group);
            }
        });
    }

    /** @throws AccountsRefused when one of them is in this database */
    void refuse() {
        List<String> found =
                ACCOUNTS.keySet().stream().filter(accounts::isSandboxAccount).toList();
        if (!found.isEmpty()) {
            throw new AccountsRefused(
                    "This database holds the sandbox accounts " + String.join(", ", found)
                            + ", whose passwords are their names, and the inventory is not the sandbox.",
                    "Use a database that never served the sandbox (SPRING_DATASOURCE_URL), or start once with the sandbox"
                            + " and delete these users as 'admin' under /camunda/app/admin/.");
        }
    }

    private static Map<String, String> accounts() {
        Map<String, String> accounts = new LinkedHashMap<>();
        accounts.put("operator", Roles.OPERATORS);
        accounts.put("operator2", Roles.OPERATORS);
        accounts.put("approver", Roles.APPROVERS);
        accounts.put("author", Roles.AUTHORS);
        accounts.put("auditor", Roles.AUDITORS);
        accounts.put("admin", Roles.ADMINS);
        return accounts;
    }
}
