package io.muster.sandbox.proxmox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An API token with its own permissions (privilege separation).
 *
 * @param user with the realm: {@code muster@pve}
 * @param name of the token: {@code runbooks}
 * @param secret a UUID
 * @param permissions privileges by path ({@code /}, {@code /vms}, {@code /vms/103}); they hold below it too
 * @param expires when it ends, if it does
 */
public record ApiToken(
        String user, String name, String secret, Map<String, Set<String>> permissions, Optional<Instant> expires) {

    static final ApiToken NOBODY = new ApiToken("nobody", "", "", Map.of(), Optional.empty());

    private static final String ROOT = "root@pam";

    /** All that the steps need, everywhere: what a role for runbooks would hold. */
    public static final Set<String> RUNBOOK_PRIVILEGES = Set.of(
            "VM.Audit",
            "VM.PowerMgmt",
            "VM.Allocate",
            "VM.Clone",
            "VM.Backup",
            "VM.Snapshot",
            "VM.Snapshot.Rollback",
            "VM.Config.CPU",
            "VM.Config.Disk",
            "VM.Config.Memory",
            "VM.Config.Network",
            "VM.Config.Options",
            "Datastore.Audit",
            "Datastore.AllocateSpace",
            "SDN.Use",
            "Sys.Audit");

    public ApiToken {
        permissions = Map.copyOf(permissions);
    }

    /** A token for runbooks that never ends. */
    public static ApiToken forRunbooks(String user, String name, String secret) {
        return new ApiToken(user, name, secret, Map.of("/", RUNBOOK_PRIVILEGES), Optional.empty());
    }

    /** {@code user@realm!name}, or {@code user@realm} for a login. */
    public String id() {
        return name.isEmpty() ? user : user + "!" + name;
    }

    /** Somebody who logged in with a password. */
    static ApiToken login(String user) {
        return new ApiToken(user, "", "", Map.of("/", RUNBOOK_PRIVILEGES), Optional.empty());
    }

    /** Root who logged in: what no token may do, not even one of root's. */
    boolean isRootInPerson() {
        return id().equals(ROOT);
    }

    boolean allows(String path, String privilege) {
        return isRootInPerson()
                || ancestors(path).stream()
                        .anyMatch(above ->
                                permissions.getOrDefault(above, Set.of()).contains(privilege));
    }

    boolean allowsAny(String path, List<String> privileges) {
        return privileges.stream().anyMatch(privilege -> allows(path, privilege));
    }

    /** Without the secret, so that it cannot reach a log. */
    @Override
    public String toString() {
        return "ApiToken[" + id() + "]";
    }

    private static List<String> ancestors(String path) {
        List<String> ancestors = new ArrayList<>(List.of("/"));
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            ancestors.add(path.substring(0, slash));
        }
        ancestors.add(path);
        return ancestors;
    }
}
