package io.muster.remote.proxmox;

import io.muster.inventory.SecretRef;
import java.util.Map;
import java.util.TreeMap;

/**
 * With what a call is made.
 *
 * @param user as UPIDs name who started a task: {@code user@realm!token} or {@code user@realm}
 * @param described for messages: what it is, and where its secret stands
 * @param csrf what changes must carry beside a ticket; empty for a token
 */
record Credentials(String user, String described, SecretRef secret, String header, String value, String csrf) {

    static Credentials token(String id, SecretRef secret, String value) {
        return new Credentials(
                id, "the API token " + id, secret, "Authorization", "PVEAPIToken=" + id + "=" + value, "");
    }

    static Credentials ticket(String user, SecretRef password, String ticket, String csrf) {
        return new Credentials(user, "the login of " + user, password, "Cookie", "PVEAuthCookie=" + ticket, csrf);
    }

    Map<String, String> headers(boolean changing) {
        Map<String, String> headers = new TreeMap<>();
        headers.put(header, value);
        if (changing && !csrf.isEmpty()) {
            headers.put("CSRFPreventionToken", csrf);
        }
        return headers;
    }

    /** Without what must not be seen. */
    @Override
    public String toString() {
        return described;
    }
}
