package io.muster.remote.ssh;

import java.security.KeyPair;

/** A key pair to log in with. */
public final class TestLogin {

    private final KeyPair pair = TestKeys.ecdsa();

    /** In OpenSSH's format. */
    public String privateKey() {
        try {
            return TestKeys.openSsh(pair);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its line in {@code authorized_keys}. */
    public String authorizedKey() {
        return TestKeys.publicLine(pair);
    }
}
