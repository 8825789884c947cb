package io.muster.remote.ssh;

import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Files through the shell, which every host has where SFTP is often switched off, and which can do in one round trip what
 * SFTP cannot: check length and SHA-256 before the file takes its place, and bring it to the disk.
 */
@Component
final class RemoteFiles {

    private static final Duration STALLED = Duration.ofMinutes(5);
    private static final int HASH = 64;

    private final RemoteScripts scripts;

    RemoteFiles(RemoteScripts scripts) {
        this.scripts = scripts;
    }

    void write(SshHosts.Target target, String path, byte[] content, String mode) {
        MessageDigest digest = FileScripts.sha256();
        String hash = HexFormat.of().formatHex(digest.digest(content));
        replace(target, path, mode, content.length, hash, new ByteArrayInputStream(content));
    }

    String upload(SshHosts.Target target, Path local, String path, String mode) {
        try (InputStream content = Files.newInputStream(local)) {
            return replace(target, path, mode, Files.size(local), hash(local), content);
        } catch (IOException | UncheckedIOException e) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND, "Cannot read the local file " + local + ": " + Causes.text(e) + ".", e);
        }
    }

    private String replace(
            SshHosts.Target target, String path, String mode, long size, String hash, InputStream content) {
        Map<String, String> env = Map.of("FILE", path, "MODE", mode, "SIZE", Long.toString(size), "SHA256", hash);
        FileScripts.checkMode(path, mode);
        Captured output = new Captured(HASH * 2);
        int status = run(target, FileScripts.REPLACE, env, Optional.of(content), output);
        if (status != 0) {
            throw FileScripts.failure("write", Route.to(target), path, status, output);
        }
        return output.text();
    }

    byte[] read(SshHosts.Target target, String path, long maxBytes) {
        int limit = (int) Math.min(maxBytes, Integer.MAX_VALUE - 16);
        Captured output = new Captured(limit + 1);
        Map<String, String> env = Map.of("FILE", path, "LIMIT", Integer.toString(limit));
        int status = run(target, FileScripts.READ, env, Optional.empty(), output);
        if (status != 0) {
            throw FileScripts.failure("read", Route.to(target), path, status, output);
        }
        byte[] content = output.bytes();
        if (content.length > limit) {
            throw FileScripts.failure("read", Route.to(target), path, FileScripts.TOO_BIG, output);
        }
        return content;
    }

    String download(SshHosts.Target target, String path, Path local) {
        MessageDigest digest = FileScripts.sha256();
        Route route = Route.to(target);
        Captured said = new Captured(0);
        try (OutputStream file =
                Files.newOutputStream(local, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            SshHosts.Output output = new Arriving(new DigestOutputStream(file, digest), said);
            int status = run(target, FileScripts.SEND, Map.of("FILE", path), Optional.empty(), output);
            if (status != 0) {
                throw FileScripts.failure("read", route, path, status, said);
            }
        } catch (java.nio.file.FileAlreadyExistsException e) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "The local file " + local + " exists already; remove it or choose another name.",
                    e);
        } catch (IOException | UncheckedIOException e) {
            discard(local);
            throw new StepFailure.Fatal(
                    Reason.UNEXPECTED, "Cannot write the local file " + local + ": " + Causes.text(e) + ".", e);
        } catch (RuntimeException e) {
            discard(local);
            throw e;
        }
        return compared(route, path, local, HexFormat.of().formatHex(digest.digest()), said.errors());
    }

    private static String compared(Route route, String path, Path local, String arrived, String sent) {
        if (!sent.equals(arrived)) {
            discard(local);
            throw new StepFailure.Transient(
                    FileScripts.CONTENT_DIFFERS,
                    "What arrived of " + path + " from " + route + " has SHA-256 " + arrived + ", on the host it is "
                            + sent + ": the file was changed while it was read. Nothing was kept.");
        }
        return arrived;
    }

    boolean remove(SshHosts.Target target, String path) {
        Captured output = new Captured(0);
        int status = run(target, FileScripts.REMOVE, Map.of("FILE", path), Optional.empty(), output);
        if (status != 0 && (status != FileScripts.ABSENT || FileScripts.denied(output))) {
            throw FileScripts.failure("remove", Route.to(target), path, status, output);
        }
        return status == 0;
    }

    private int run(
            SshHosts.Target target,
            String script,
            Map<String, String> env,
            Optional<InputStream> input,
            SshHosts.Output output) {
        return scripts.run(
                target.environment(),
                Route.to(target),
                new ShellScript(script, inEnglish(env), false, input),
                output,
                RemoteScripts.Watch.stalled(STALLED));
    }

    /** Messages are told apart by their words. */
    private static Map<String, String> inEnglish(Map<String, String> env) {
        Map<String, String> all = new HashMap<>(env);
        all.put("LC_ALL", "C");
        return all;
    }

    private static String hash(Path local) throws IOException {
        MessageDigest digest = FileScripts.sha256();
        try (InputStream content = new DigestInputStream(Files.newInputStream(local), digest)) {
            content.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void discard(Path local) {
        try {
            Files.deleteIfExists(local);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove the incomplete file " + local, e);
        }
    }

    /** Output goes to the file, words are kept. */
    private record Arriving(OutputStream file, Captured said) implements SshHosts.Output {
        @Override
        public void out(byte[] bytes, int offset, int length) {
            try {
                file.write(bytes, offset, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void err(byte[] bytes, int offset, int length) {
            said.err(bytes, offset, length);
        }
    }
}
