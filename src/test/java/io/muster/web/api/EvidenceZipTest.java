package io.muster.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.SecretMasking;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class EvidenceZipTest {

    private static final String SECRET = "Zürich&<'5'>";

    /** What a file holds when it is unpacked, and whether it was noted as masked. */
    private static byte[] unpacked(byte[] content, boolean masked) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (EvidenceZip zip = new EvidenceZip(bytes, new SecretMasking(() -> Set.of(SECRET)))) {
            zip.file("a.bpmn", content);
            assertThat(zip.masked()).hasSize(masked ? 1 : 0);
        }
        try (ZipInputStream input = new ZipInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(input.getNextEntry().getName()).isEqualTo("a.bpmn");
            return input.readAllBytes();
        }
    }

    @Test
    void aSecretBeyondAsciiIsMaskedInADeployedFileAndTheRestStays() throws IOException {
        byte[] file = ("<!-- für " + SECRET + " ✓ -->").getBytes(StandardCharsets.UTF_8);
        assertThat(new String(unpacked(file, true), StandardCharsets.UTF_8)).isEqualTo("<!-- für *** ✓ -->");
    }

    @Test
    void aFileThatIsNoUtf8IsMaskedAndStaysAsItIsOtherwise() throws IOException {
        byte[] file = ("für " + SECRET + "\u0000ÿ").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(unpacked(file, true)).isEqualTo("für ***\u0000ÿ".getBytes(StandardCharsets.ISO_8859_1));
        byte[] other = {(byte) 0xff, (byte) 0xd8, 0, (byte) 0xc3, 'x'};
        assertThat(unpacked(other, false)).isEqualTo(other);
    }

    @Test
    void aSecretThatADiagramHasToEscapeIsMasked() throws IOException {
        for (String escaped : new String[] {
            "Zürich&amp;&lt;'5'>",
            "Zürich&amp;&lt;'5'&gt;",
            "Zürich&amp;&lt;&apos;5&apos;&gt;",
            "Zürich&amp;&lt;&#39;5&#39;&gt;",
            "Zürich&#38;&#60;&#39;5&#39;&#62;"
        }) {
            byte[] file = ("<a b=\"" + escaped + "\"/>").getBytes(StandardCharsets.UTF_8);
            assertThat(new String(unpacked(file, true), StandardCharsets.UTF_8)).isEqualTo("<a b=\"***\"/>");
        }
    }
}
