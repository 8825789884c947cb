package io.muster.web.api;

import io.muster.journal.JournalReader;
import io.muster.journal.RunJournal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the evidence of a run, and records in its audit chain who was given it, with the hash of the very file: whoever is
 * shown it later can ask whether it is the one. It is written to a file without a name first, so that what is sent is whole,
 * shows one moment, and holds the journal's connection no longer than the disk takes; one at a time.
 */
@Component
class EvidenceExport {

    /** The audit chain's kind of an export. */
    static final String KIND = "evidence-exported";

    private static final int PATIENCE_SECONDS = 60;

    private final JournalReader journal;
    private final RunJournal runs;
    private final EvidenceArchive archive;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Semaphore one = new Semaphore(1, true);

    EvidenceExport(
            JournalReader journal,
            RunJournal runs,
            EvidenceArchive archive,
            PlatformTransactionManager transactions,
            ObjectProvider<Clock> clock) {
        this.journal = journal;
        this.runs = runs;
        this.archive = archive;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock.getIfAvailable(Clock::systemUTC);
    }

    /** @param content is to be closed; nothing is left of the file then */
    record Exported(InputStream content, long bytes, String sha256) {}

    /**
     * @param root an outermost run's id; the run is shown as it is when its turn has come
     * @throws NotWritten where there is no room for it; nothing is recorded then
     */
    Exported of(String root, String by) {
        if (!mine()) {
            throw new Conflict("This server is making other evidence ready, and has been for " + PATIENCE_SECONDS
                    + " seconds. Ask again in a while.");
        }
        try {
            return export(root, by);
        } catch (IOException | UncheckedIOException e) {
            String why = e instanceof UncheckedIOException unchecked
                    ? unchecked.getCause().getMessage()
                    : e.getMessage();
            throw new NotWritten(
                    "The evidence of run " + root + " could not be written to "
                            + System.getProperty("java.io.tmpdir") + ": " + why
                            + ". Nothing was sent or recorded. Make room there and ask again.",
                    e);
        } finally {
            one.release();
        }
    }

    private boolean mine() {
        try {
            return one.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Exported export(String root, String by) throws IOException {
        FileChannel file = withoutName();
        try {
            MessageDigest sha256 = EvidenceZip.sha256();
            try (OutputStream output =
                    new BufferedOutputStream(new DigestOutputStream(new Kept(file), sha256), 64 * 1024)) {
                journal.snapshot(snapshot -> {
                    archive.write(snapshot.run(root).orElseThrow(), by, clock.instant(), snapshot, output);
                    return root;
                });
            }
            Exported exported = new Exported(
                    Channels.newInputStream(file.position(0)),
                    file.size(),
                    HexFormat.of().formatHex(sha256.digest()));
            record(root, by, exported);
            return exported;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void record(String root, String by, Exported exported) {
        transaction.executeWithoutResult(status -> runs.noted(
                root, KIND, by, Map.of("sha256", exported.sha256(), "bytes", String.valueOf(exported.bytes()))));
    }

    /** Readable by this process alone, and gone with it. */
    private static FileChannel withoutName() throws IOException {
        Path path = Files.createTempFile("muster-evidence-", ".zip");
        try {
            return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } finally {
            Files.delete(path);
        }
    }

    /** To the file, which stays open to be read. */
    private static final class Kept extends OutputStream {
        private final OutputStream file;

        Kept(FileChannel file) {
            this.file = Channels.newOutputStream(file);
        }

        @Override
        public void write(int one) throws IOException {
            file.write(one);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            file.write(bytes, from, length);
        }
    }
}
