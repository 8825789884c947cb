package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.inventory.Secrets.SecretMissing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class SecretsTest {

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void aVariableComesBeforeAFile() throws IOException {
        file("registry-password", "from the file");
        environment.put("MUSTER_SECRET_REGISTRY_PASSWORD", "from the variable");
        assertThat(resolve("registry-password")).isEqualTo("from the variable");
    }

    @Test
    void oneTrailingLineBreakIsCut() throws IOException {
        file("unix", "value\n");
        file("windows", "value\r\n");
        file("two", "value\n\n");
        assertThat(resolve("unix")).isEqualTo("value");
        assertThat(resolve("windows")).isEqualTo("value");
        assertThat(resolve("two")).isEqualTo("value\n");
    }

    @Test
    void aChangedFileIsSeenAtTheNextUse() throws IOException {
        Secrets secrets = secrets();
        file("token", "first");
        secrets.resolve(new SecretRef("token"));
        file("token", "second");
        assertThat(secrets.resolve(new SecretRef("token"))).isEqualTo("second");
        assertThat(secrets.known()).contains("first", "second");
    }

    @Test
    void aMissingOneNamesBothPlaces() {
        assertThatThrownBy(() -> resolve("a.b"))
                .isInstanceOf(SecretMissing.class)
                .hasMessage("Secret 'a.b' is not defined; looked for environment variable MUSTER_SECRET_A_B and file "
                        + directory + "/a.b.");
    }

    @Test
    void withoutADirectoryTheMessageSaysSo() {
        Secrets secrets = new EnvironmentAndFileSecrets(environment::get, Optional.empty());
        assertThatThrownBy(() -> secrets.resolve(new SecretRef("x")))
                .hasMessage("Secret 'x' is not defined; looked for environment variable MUSTER_SECRET_X"
                        + " (and no directory of secret files is set, MUSTER_SECRETS_DIR).");
    }

    @Test
    void anEmptyOneIsMissing() throws IOException {
        file("token", "\n");
        assertThatThrownBy(() -> resolve("token"))
                .isInstanceOf(SecretMissing.class)
                .hasMessageStartingWith("Secret 'token' is empty; ");
    }

    @Test
    void whatIsNoTextFileIsRefusedWithoutItsContent() throws IOException {
        Files.createDirectory(directory.resolve("folder"));
        Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 'h', 'u', 'n'});
        assertThatThrownBy(() -> resolve("folder"))
                .hasMessage("Secret 'folder' cannot be read: " + directory + "/folder is not a file of 1 MiB at most.");
        assertThatThrownBy(() -> resolve("binary"))
                .hasMessage("Secret 'binary' cannot be read: " + directory + "/binary is not UTF-8.");
    }

    @Test
    void aNameThatWouldLeaveTheDirectoryIsRefused() {
        assertThatThrownBy(() -> new SecretRef("../x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SecretRef.parse("hunter2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aFileThatOthersCanReadIsWarnedAboutOnce(CapturedOutput output) throws IOException {
        file("open", "a value of it");
        Files.setPosixFilePermissions(directory.resolve("open"), PosixFilePermissions.fromString("rw-r--r--"));
        Secrets secrets = secrets();
        secrets.resolve(new SecretRef("open"));
        secrets.resolve(new SecretRef("open"));
        assertThat(output.getAll())
                .containsOnlyOnce("chmod 600 " + directory + "/open")
                .doesNotContain("a value of it");
    }

    @Test
    void theFormsInWhichAValueTurnsUpAreKnown() {
        environment.put("MUSTER_SECRET_PASSWORD", "corr\"ect horse/battery");
        Secrets secrets = secrets();
        secrets.resolve(new SecretRef("password"));
        assertThat(secrets.known())
                .contains(
                        "corr\"ect horse/battery",
                        "corr\\\"ect horse/battery",
                        "corr%22ect+horse%2Fbattery",
                        "corr%22ect%20horse%2Fbattery",
                        base64("corr\"ect horse/battery"));
    }

    @Test
    void aValueIsKnownInTheBase64OfWhateverHoldsIt() {
        environment.put("MUSTER_SECRET_PASSWORD", "correct horse battery");
        Secrets secrets = secrets();
        secrets.resolve(new SecretRef("password"));
        for (String user : List.of("a", "ab", "abc", "abcd")) {
            String header = base64(user + ":correct horse battery!");
            assertThat(secrets.known()).anyMatch(form -> form.length() > 20 && header.contains(form));
        }
    }

    @Test
    void theLinesOfAKeyAreKnownButNotItsFrame() {
        environment.put("MUSTER_SECRET_KEY", "-----BEGIN KEY-----\nb3BlbnNzaC1r\nZXktdjE\n-----END KEY-----\n");
        Secrets secrets = secrets();
        secrets.resolve(new SecretRef("key"));
        assertThat(secrets.known())
                .contains("b3BlbnNzaC1r")
                .doesNotContain("-----BEGIN KEY-----", "-----END KEY-----", "ZXktdjE");
    }

    @Test
    void manyThreadsResolveAtOnce() {
        IntStream.range(0, 50).forEach(i -> environment.put("MUSTER_SECRET_S" + i, "value number " + i));
        Secrets secrets = secrets();
        CompletableFuture.allOf(IntStream.range(0, 200)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> {
                            secrets.resolve(new SecretRef("s" + i % 50));
                            secrets.known().forEach(String::length);
                        }))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(secrets.known()).contains("value number 0", "value number 49");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void file(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
        Files.setPosixFilePermissions(directory.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }

    private String resolve(String name) {
        return secrets().resolve(new SecretRef(name));
    }

    private Secrets secrets() {
        return new EnvironmentAndFileSecrets(environment::get, Optional.of(directory));
    }
}
