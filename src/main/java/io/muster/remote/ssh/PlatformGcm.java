package io.muster.remote.ssh;

import com.hierynomus.sshj.transport.cipher.GcmCipher;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.transport.cipher.Cipher;

/**
 * AES-GCM of the Java platform, which uses the processor's own instructions; sshj takes BouncyCastle's, which are Java throughout
 * and pass a fifth of the bytes in the same time. docs/performance.md has the figures.
 */
final class PlatformGcm extends GcmCipher {

    private static final int IV_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final String TRANSFORMATION = "AES/GCM/NoPadding";

    private PlatformGcm(int keyBytes) {
        super(IV_BYTES, TAG_BYTES, keyBytes, "AES", TRANSFORMATION);
    }

    /** The platform's first, then whatever else the client knows: the client's order decides which one a server is asked for. */
    static List<Factory.Named<Cipher>> before(List<Factory.Named<Cipher>> known) {
        List<Factory.Named<Cipher>> first = List.of(new Named(128), new Named(256));
        List<Factory.Named<Cipher>> all = new ArrayList<>(first);
        known.stream()
                .filter(one -> first.stream().noneMatch(own -> own.getName().equals(one.getName())))
                .forEach(all::add);
        return all;
    }

    @Override
    protected void initCipher(javax.crypto.Cipher given, Mode mode, byte[] key, byte[] iv) {
        try {
            cipher = javax.crypto.Cipher.getInstance(TRANSFORMATION);
            super.initCipher(cipher, mode, key, iv);
        } catch (GeneralSecurityException e) {
            throw new SSHRuntimeException("The Java platform has no " + TRANSFORMATION, e);
        }
    }

    private record Named(int bits) implements Factory.Named<Cipher> {
        @Override
        public String getName() {
            return "aes" + bits + "-gcm@openssh.com";
        }

        @Override
        public Cipher create() {
            return new PlatformGcm(bits / 8);
        }
    }
}
