package io.muster.engine;

import java.util.List;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.authorization.Groups;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.PasswordPolicyResult;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.IdentityServiceImpl;

/** Users and groups in the engine's own identity store. Each call does nothing when all is as asked. */
final class Accounts {

    private static final String MARK = "muster.sandbox";

    private final IdentityService identity;

    Accounts(IdentityService identity) {
        this.identity = identity;
    }

    void ensureGroup(String id, String name) {
        if (identity.createGroupQuery().groupId(id).count() == 0) {
            Group group = identity.newGroup(id);
            group.setName(name);
            group.setType("WORKFLOW");
            identity.saveGroup(group);
        }
    }

    boolean exists(String user) {
        return identity.createUserQuery().userId(user).count() > 0;
    }

    void ensureMember(String user, String group) {
        if (identity.createUserQuery().userId(user).memberOfGroup(group).count() == 0) {
            identity.createMembership(user, group);
        }
    }

    /** The web apps offer to create a first administrator, to anyone, until this group of Camunda's has a member. */
    void ensureAdmin(String user) {
        ensureGroup(Groups.CAMUNDA_ADMIN, "Camunda administrators");
        ensureMember(user, Roles.ADMINS);
        ensureMember(user, Groups.CAMUNDA_ADMIN);
    }

    boolean hasAdmin() {
        return identity.createUserQuery().memberOfGroup(Roles.ADMINS).count() > 0;
    }

    List<String> admins() {
        return identity.createUserQuery().memberOfGroup(Roles.ADMINS).list().stream()
                .map(User::getId)
                .toList();
    }

    /** A real account: its password must satisfy the policy. */
    void create(String id, String password) {
        User user = user(id, password);
        PasswordPolicyResult policy = identity.checkPasswordAgainstPolicy(password, user);
        if (!policy.isValid()) {
            throw new AccountsRefused(
                    "The password of the first administrator '" + id + "' is too weak: "
                            + policy.getViolatedRules().stream()
                                    .map(rule -> rule.getPlaceholder() + " " + rule.getParameters())
                                    .sorted()
                                    .collect(Collectors.joining(", "))
                            + ".",
                    "Set a stronger one in MUSTER_ADMIN_PASSWORD.");
        }
        identity.saveUser(user);
    }

    /** A sandbox account, marked as such, with its name as password. */
    void createSandboxAccount(String id) {
        // Only these may have a password that no policy accepts.
        ((IdentityServiceImpl) identity).saveUser(user(id, id), true);
        identity.setUserInfo(id, MARK, "true");
    }

    boolean isSandboxAccount(String id) {
        return "true".equals(identity.getUserInfo(id, MARK));
    }

    private User user(String id, String password) {
        User user = identity.newUser(id);
        user.setFirstName(Roles.title(id));
        user.setLastName("");
        user.setPassword(password);
        return user;
    }
}
