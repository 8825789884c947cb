package io.muster.inventory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks in the environment variable {@code MUSTER_SECRET_<NAME>} first, then in the file {@code NAME} of a directory. What
 * changes there is seen at the next use.
 */
final class EnvironmentAndFileSecrets implements Secrets {

    private static final Logger log = LoggerFactory.getLogger(EnvironmentAndFileSecrets.class);
    private static final long LARGEST = 1024 * 1024;
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final UnaryOperator<String> environment;
    private final Optional<Path> directory;
    private final Set<String> resolved = ConcurrentHashMap.newKeySet();
    private final Set<Path> warned = ConcurrentHashMap.newKeySet();

    /** Replaced when there is more: whoever masks with it sees by its identity that nothing is new. */
    private volatile Set<String> known = Set.of();

    /** @param environment gives a variable's value, or null */
    EnvironmentAndFileSecrets(UnaryOperator<String> environment, Optional<Path> directory) {
        this.environment = environment;
        this.directory = directory;
    }

    @Override
    public String resolve(SecretRef ref) {
        String value = withoutLineBreak(find(ref));
        if (value.isBlank()) {
            throw new SecretMissing(
                    ref, "Secret '" + ref.name() + "' is empty; " + places(ref) + " must hold its value.");
        }
        if (!resolved.contains(value)) {
            remember(value);
        }
        return value;
    }

    @Override
    public Set<String> known() {
        return known;
    }

    /** Whoever has a value must be sure that it is known: first known, then marked as resolved. */
    private synchronized void remember(String value) {
        Set<String> more = new HashSet<>(known);
        more.addAll(SecretForms.of(value));
        known = Set.copyOf(more);
        resolved.add(value);
    }

    private String find(SecretRef ref) {
        String value = environment.apply(variable(ref));
        if (value != null) {
            return value;
        }
        return directory
                .map(dir -> dir.resolve(ref.name()))
                .filter(Files::exists)
                .map(file -> read(ref, file))
                .orElseThrow(() -> new SecretMissing(
                        ref, "Secret '" + ref.name() + "' is not defined; looked for " + places(ref) + "."));
    }

    private String read(SecretRef ref, Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                throw new SecretMissing(
                        ref,
                        "Secret '" + ref.name() + "' cannot be read: " + file + " is not a file of 1 MiB at most.");
            }
            warnIfOpen(file);
            byte[] bytes = Files.readAllBytes(file);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new SecretMissing(ref, "Secret '" + ref.name() + "' cannot be read: " + file + " is not UTF-8.");
        } catch (IOException e) {
            throw new SecretMissing(
                    ref,
                    "Secret '" + ref.name() + "' cannot be read: " + file + ", "
                            + e.getClass().getSimpleName() + ".");
        }
    }

    private void warnIfOpen(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        if (!Collections.disjoint(Files.getPosixFilePermissions(file), OTHERS) && warned.add(file)) {
            log.warn("The secret file {} can be read or written by others than its owner; chmod 600 {}", file, file);
        }
    }

    private String places(SecretRef ref) {
        return "environment variable " + variable(ref)
                + directory
                        .map(dir -> " and file " + dir.resolve(ref.name()))
                        .orElse(" (and no directory of secret files is set, MUSTER_SECRETS_DIR)");
    }

    private static String variable(SecretRef ref) {
        return "MUSTER_SECRET_" + ref.name().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static String withoutLineBreak(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
