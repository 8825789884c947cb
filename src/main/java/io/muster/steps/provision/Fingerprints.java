package io.muster.steps.provision;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Public keys as {@code ssh-keygen -lf} shows them to people. */
final class Fingerprints {

    private Fingerprints() {}

    static String of(List<String> keys) {
        return keys.stream().map(Fingerprints::of).collect(Collectors.joining(", "));
    }

    private static String of(String key) {
        String[] parts = key.split(" +", 3);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Base64.getDecoder().decode(parts[1]));
            return parts[0] + " SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256.", e);
        }
    }
}
