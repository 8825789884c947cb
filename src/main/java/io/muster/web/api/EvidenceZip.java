package io.muster.web.api;

import io.muster.journal.Masking;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip of texts, masked as they are written, whose last file {@code SHA256SUMS} has the hash of each other one, as
 * {@code sha256sum -c} reads it.
 */
final class EvidenceZip implements AutoCloseable {

    static final String SUMS = "SHA256SUMS";

    private final ZipOutputStream zip;
    private final Masking masking;
    private final StringBuilder sums = new StringBuilder();
    private final List<String> masked = new ArrayList<>();

    EvidenceZip(OutputStream output, Masking masking) {
        this.zip = new ZipOutputStream(output, StandardCharsets.UTF_8);
        this.masking = masking;
    }

    interface Content {
        void writeTo(OutputStream output) throws IOException;
    }

    void text(String path, String text) throws IOException {
        String shown = masking.mask(text);
        note(path, !shown.equals(text));
        stream(path, output -> output.write(shown.getBytes(StandardCharsets.UTF_8)));
    }

    /** A text that stays JSON. */
    void json(String path, String json) throws IOException {
        String shown = masking.maskJson(json);
        note(path, !shown.equals(json));
        stream(path, output -> output.write(shown.getBytes(StandardCharsets.UTF_8)));
    }

    /** A file as it was deployed: as it is where it holds no secret, also when it is no text. */
    void file(String path, byte[] content) throws IOException {
        Charset charset = charset(content);
        String text = new String(content, charset);
        String shown = masking.mask(text);
        note(path, !shown.equals(text));
        stream(path, output -> output.write(shown.getBytes(charset)));
    }

    /** In which a secret beyond ASCII is found as it was written; each of them gives the same bytes back. */
    private static Charset charset(byte[] content) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException e) {
            return StandardCharsets.ISO_8859_1;
        }
    }

    /** What is written is masked by who writes it. */
    void stream(String path, Content content) throws IOException {
        MessageDigest sha256 = sha256();
        zip.putNextEntry(new ZipEntry(path));
        DigestOutputStream output = new DigestOutputStream(new Open(zip), sha256);
        content.writeTo(output);
        output.flush();
        zip.closeEntry();
        sums.append(HexFormat.of().formatHex(sha256.digest()))
                .append("  ")
                .append(path)
                .append('\n');
    }

    void note(String path, boolean changed) {
        if (changed) {
            masked.add(path);
        }
    }

    /** Files in which something was masked just now: they are not what the audit chain has the hashes of. */
    List<String> masked() {
        return masked;
    }

    /** A path of parts that may hold anything: each part is encoded as in a URL, so that none leads out of where it is unpacked. */
    static String path(String path) {
        return Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty())
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .map(part -> part.startsWith(".") ? "%2E" + part.substring(1) : part)
                .collect(Collectors.joining("/"));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        zip.putNextEntry(new ZipEntry(SUMS));
        zip.write(sums.toString().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        zip.finish();
    }

    /** Who writes an entry may flush; that does not reach the disk each time, and closes nothing. */
    private static final class Open extends FilterOutputStream {
        Open(OutputStream zip) {
            super(zip);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void flush() {
            // With the end of the zip.
        }

        @Override
        public void close() {
            // With the end of the zip.
        }
    }
}
