package io.muster.remote.net;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** A client certificate and its key, in memory only. */
public final class ClientKey {

    /** Of a key store that never leaves this process. */
    private static final char[] IN_MEMORY = "memory".toCharArray();

    private final KeyManager[] managers;

    private ClientKey(KeyManager[] managers) {
        this.managers = managers;
    }

    /** @throws IllegalArgumentException what is wrong, without what was given */
    public static ClientKey of(String certificatePem, String privateKeyPem) {
        Certificate[] chain = Pem.certificates(certificatePem).toArray(Certificate[]::new);
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("client", Pem.privateKey(privateKeyPem), IN_MEMORY, chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, IN_MEMORY);
            return new ClientKey(factory.getKeyManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("key and certificate do not go together: " + e.getMessage(), e);
        }
    }

    KeyManager[] managers() {
        return managers.clone();
    }
}
