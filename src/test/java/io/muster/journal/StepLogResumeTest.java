package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Output that comes again from its first byte, because the server that journalled a part of it has died. */
@Timeout(60)
class StepLogResumeTest {

    private final JournalFixture journal = new JournalFixture(io.muster.storage.TestDatabase.create(), 5, 1 << 22);
    private StepRun entry;

    @BeforeEach
    void openAStep() {
        entry = journal.open(journal.startRun());
    }

    @AfterEach
    void close() {
        journal.close();
        journal.database.close();
    }

    private List<JournalReader.LogLine> read() {
        return journal.reader.log(entry.id(), 0, 100_000);
    }

    private String text(String stream) {
        StringBuilder text = new StringBuilder();
        read().stream().filter(line -> line.stream().equals(stream)).forEach(line -> text.append(line.text())
                .append(line.continued() ? "" : "\n"));
        return text.toString();
    }

    /** The one that had it never says good-bye; what it had in memory is lost. */
    private StepJournal.LogWriter nextServer() {
        entry = journal.steps.reclaim(entry, "node-b");
        StepJournal.LogWriter log = journal.steps.log(entry.id());
        log.fromStart();
        return log;
    }

    private static void out(StepJournal.LogWriter log, byte[] bytes, int from, int to) {
        log.out(bytes, from, to - from);
    }

    @Test
    void whatIsInTheLogIsNotWrittenAgainWhereverTheServerDied() {
        journal.secrets.add("s3cret-token");
        StringBuilder all = new StringBuilder();
        Random random = new Random(9);
        for (int n = 0; n < 3_000; n++) {
            all.append(n).append(" grün s3cret-token ").append("x".repeat(random.nextInt(60)));
            all.append(n % 500 == 0 ? "y".repeat(40_000) : "").append(n % 7 == 0 ? "\r\n" : "\n");
        }
        byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
        for (int life = 0; life < 8; life++) {
            StepJournal.LogWriter log = life == 0 ? journal.steps.log(entry.id()) : nextServer();
            log.fromStart();
            int until = Math.min(bytes.length, (life + 1) * bytes.length / 9 + random.nextInt(100));
            int before = text("out").length();
            for (int at = 0; at < until; at += 3001) {
                out(log, bytes, at, Math.min(until, at + 3001));
            }
            await().until(() -> text("out").length() > before);
        }
        try (StepJournal.LogWriter log = nextServer()) {
            out(log, bytes, 0, bytes.length);
        }
        assertThat(text("out"))
                .isEqualTo(all.toString().replace("s3cret-token", "***").replace("\r\n", "\n"));
    }

    @Test
    void aCutIsStatedOnceAndShowsNoHalfOfASecret() {
        journal.secrets.add("s3cret-token");
        byte[] head = "first\nends in s3cret-".getBytes(StandardCharsets.UTF_8);
        byte[] tail = "token and goes on\nlast\n".getBytes(StandardCharsets.UTF_8);
        try (StepJournal.LogWriter log = journal.steps.log(entry.id())) {
            log.fromStart();
            out(log, head, 0, head.length);
            log.cut(false, 1_000_000, "ab".repeat(32), tail);
        }
        try (StepJournal.LogWriter log = nextServer()) {
            out(log, head, 0, head.length);
            log.cut(false, 1_000_000, "ab".repeat(32), tail);
        }
        assertThat(read())
                .extracting(JournalReader.LogLine::text)
                .containsExactly(
                        "first",
                        "ends in ***",
                        "Output limit reached: 1000000 more bytes came on standard output (SHA-256 " + "ab".repeat(32)
                                + "), of which the last " + tail.length + " follow.",
                        "*** and goes on",
                        "last");
    }

    @Test
    void whatAServerThatLostItsClaimWritesIsNotKept() {
        StepJournal.LogWriter old = journal.steps.log(entry.id());
        old.fromStart();
        byte[] bytes = "one\ntwo\n".getBytes(StandardCharsets.UTF_8);
        out(old, bytes, 0, 4);
        await().until(() -> text("out").equals("one\n"));
        try (StepJournal.LogWriter log = nextServer()) {
            out(log, bytes, 0, bytes.length);
        }
        out(old, Arrays.copyOf(bytes, 4), 0, 4);
        old.close();
        assertThat(text("out")).isEqualTo("one\ntwo\n");
    }

    @Test
    void anEffectIsFoundAgainByItsHandle() {
        journal.steps.effect(
                entry.id(), entry.epoch(), "ssh command", "experimental-01", "boot - - - /home/x/.muster/1");
        journal.steps.effect(entry.id(), entry.epoch(), "docker start", "experimental-01/notes");
        assertThat(journal.reader.effects(entry.id()))
                .extracting(JournalReader.Effect::handle)
                .containsExactly(java.util.Optional.of("boot - - - /home/x/.muster/1"), java.util.Optional.empty());
    }
}
