package io.muster.inventory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads an inventory file and checks it against the schema, for references, rules and secrets. Thread-safe. */
public final class InventoryReader {

    private static final long LARGEST = 16L * 1024 * 1024;

    private final Optional<Secrets> secrets;
    private final Supplier<Set<String>> types;

    /**
     * With the types of data that classes of this program are.
     *
     * @param secrets what the references in the file are looked up in; a reference to nothing is a violation
     */
    public InventoryReader(Secrets secrets) {
        this(Optional.of(secrets), DataTypeNames::ofClasses);
    }

    /** @param types of data that there are beside vzdump */
    InventoryReader(Secrets secrets, Supplier<Set<String>> types) {
        this(Optional.of(secrets), types);
    }

    private InventoryReader(Optional<Secrets> secrets, Supplier<Set<String>> types) {
        this.secrets = secrets;
        this.types = types;
    }

    /** For a machine that does not have the secrets: where references lead is not looked at. */
    public static InventoryReader withoutSecrets() {
        return new InventoryReader(Optional.empty(), DataTypeNames::ofClasses);
    }

    /**
     * Reads a file.
     *
     * @throws InventoryInvalid with everything that is wrong in it, also when it cannot be read at all
     */
    public Inventory read(Path file) {
        Attempt attempt = attempt(file);
        return attempt.inventory().orElseThrow(() -> new InventoryInvalid(file.toString(), attempt.violations()));
    }

    /** @param files what was read or looked for beside the inventory itself */
    record Attempt(Optional<Inventory> inventory, List<Violation> violations, Set<Path> files) {}

    Attempt attempt(Path file) {
        Findings findings = new Findings(file.toString());
        PemFiles pem = new PemFiles(file);
        Optional<Inventory> inventory = text(file, findings)
                .flatMap(text -> YamlReader.read(text, findings))
                .filter(document -> isValid(document, findings, pem))
                .map(document -> InventoryJson.inventory(
                        file.toString(), new InventoryMapper(pem).environments(document.root())));
        return new Attempt(inventory, findings.sorted(), pem.files());
    }

    private boolean isValid(YamlDocument document, Findings findings, PemFiles pem) {
        SchemaCheck.check(document, findings);
        Place root = Place.root(document, findings);
        Set<String> known = types.get();
        root.entries("environments").forEach(environment -> new EnvironmentRules(environment, pem, known).check());
        new SecretRules(document, findings, secrets).check();
        return findings.isEmpty();
    }

    private static Optional<String> text(Path file, Findings findings) {
        try {
            if (!Files.isRegularFile(file)) {
                return unreadable(
                        findings, Files.exists(file) ? "is not a file." : "does not exist; MUSTER_INVENTORY names it.");
            }
            if (Files.size(file) > LARGEST) {
                return unreadable(findings, "is larger than 16 MiB.");
            }
            return Optional.of(decode(Files.readAllBytes(file)));
        } catch (CharacterCodingException e) {
            return unreadable(findings, "is not UTF-8; save it as UTF-8.");
        } catch (IOException e) {
            return unreadable(findings, "cannot be read: " + Shown.text(e.toString()) + ".");
        }
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static Optional<String> unreadable(Findings findings, String problem) {
        findings.add(YamlDocument.START, "", "the file " + problem);
        return Optional.empty();
    }
}
