package io.muster.inventory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The certificate files beside an inventory, each read once. */
final class PemFiles {

    private static final long LARGEST = 1024 * 1024;
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----");

    private final Path directory;
    private final Map<String, String> contents = new HashMap<>();
    private final Set<Path> files = new LinkedHashSet<>();

    PemFiles(Path inventory) {
        this.directory = inventory.toAbsolutePath().getParent();
    }

    /** Reads the file that is named at a place, or reports what is wrong with it. */
    void check(Place place) {
        place.text().ifPresent(name -> problem(name)
                .ifPresent(problem -> place.problem("'" + Shown.text(name) + "' " + problem)));
    }

    /** The certificates in a file that has been checked. */
    String content(String name) {
        return contents.get(name);
    }

    /** Every file that was asked for, whether it exists or not. */
    Set<Path> files() {
        return files;
    }

    private Optional<String> problem(String name) {
        if (contents.containsKey(name)) {
            return Optional.empty();
        }
        try {
            Path file = directory.resolve(name).normalize();
            files.add(file);
            if (!Files.isRegularFile(file)) {
                return Optional.of("is not a file; looked for " + file + ".");
            }
            if (Files.size(file) > LARGEST) {
                return Optional.of("is larger than 1 MiB; give a PEM file with certificates.");
            }
            return certificates(name, Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (InvalidPathException e) {
            return Optional.of("is not the name of a file.");
        } catch (IOException e) {
            return Optional.of("cannot be read: " + Shown.text(e.toString()) + ".");
        }
    }

    private Optional<String> certificates(String name, String pem) {
        if (pem.contains("PRIVATE KEY-----")) {
            return Optional.of("holds a private key, which would be kept with each run;"
                    + " leave only certificates in it and give the key as secret:NAME.");
        }
        StringBuilder found = new StringBuilder();
        Matcher matcher = CERTIFICATE.matcher(pem);
        while (matcher.find()) {
            if (!isCertificate(matcher.group())) {
                return Optional.of("holds a certificate that cannot be read; export it again as PEM.");
            }
            found.append(matcher.group().replace("\r", "")).append('\n');
        }
        if (found.isEmpty()) {
            return Optional.of("holds no certificate; it needs a block that begins with -----BEGIN CERTIFICATE-----.");
        }
        contents.put(name, found.toString());
        return Optional.empty();
    }

    private static boolean isCertificate(String pem) {
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }
}
