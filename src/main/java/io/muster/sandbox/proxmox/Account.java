package io.muster.sandbox.proxmox;

/**
 * Somebody who may log in with a password; {@code root@pam} may do everything.
 *
 * @param user with the realm
 */
public record Account(String user, String password) {

    /** Without the password, so that it cannot reach a log. */
    @Override
    public String toString() {
        return "Account[" + user + "]";
    }
}
