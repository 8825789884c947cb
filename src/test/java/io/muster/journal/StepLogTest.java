package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StepLogTest {

    private static final int LIMIT = 4 * 1024 * 1024;

    private final JournalFixture journal = new JournalFixture(io.muster.storage.TestDatabase.create(), 5, LIMIT);
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

    @Test
    void linesAreKeptInOrderWithTheirStreamAndReadOnFromWhereTheReaderWas() {
        try (StepJournal.LogWriter log = journal.steps.log(entry.id())) {
            log.info("Pulling");
            out(log, "one\ntwo\r\n\nfour");
            err(log, "warning\n");
        }
        assertThat(lines()).containsExactly("info Pulling", "out one", "out two", "out ", "err warning", "out four");
        List<JournalReader.LogLine> first = journal.reader.log(entry.id(), 0, 2);
        assertThat(journal.reader.log(entry.id(), first.get(1).seq(), 2))
                .extracting(JournalReader.LogLine::text)
                .containsExactly("two", "");
    }

    @Test
    void whatWasWrittenIsKeptWithinASecondWithoutCloseAlsoALineWithoutItsEnd() {
        try (StepJournal.LogWriter log = journal.steps.log(entry.id())) {
            out(log, "Continue? ");
            await().atMost(Duration.ofSeconds(5)).until(() -> !read().isEmpty());
            assertThat(read().get(0).text()).isEqualTo("Continue? ");
            assertThat(read().get(0).continued()).isTrue();
            out(log, "yes\nnext\n");
        }
        assertThat(lines()).containsExactly("out Continue? yes", "out next");
    }

    @Test
    void aLineOfTwoMegabytesComesThroughWhole() {
        String line = "x€😀".repeat(2 * 1024 * 1024 / 8);
        try (StepJournal.LogWriter log = journal.steps.log(entry.id())) {
            byte[] bytes = (line + "\nend\n").getBytes(StandardCharsets.UTF_8);
            for (int at = 0; at < bytes.length; at += 4099) {
                log.out(bytes, at, Math.min(4099, bytes.length - at));
            }
        }
        assertThat(read()).allMatch(piece -> piece.text().length() <= LineSplitter.LONGEST_PIECE + 1);
        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0)).isEqualTo("out " + line);
    }

    @Test
    void whatIsNotUtf8AndNulAreMadeVisible() {
        byte[] bytes = {
            'a', (byte) 0xff, 0, (byte) 0xc3, (byte) 0xa9, (byte) 0xe2, (byte) 0x82, '!', '\n', (byte) 0xf0, (byte) 0x9f
        };
        try (StepJournal.LogWriter log = journal.steps.log(entry.id())) {
            for (byte b : bytes) {
                log.out(new byte[] {b}, 0, 1);
            }
        }
        assertThat(lines()).containsExactly("out a\\xFF\\x00é\\xE2\\x82!", "out \\xF0\\x9F");
    }

    @Test
    void aSecretIsMaskedAlsoWhereAChunkAPieceOrALineCutsIt() {
        journal.secrets.add("correct-horse-battery");
        journal.secrets.add("first line of it\nsecond line of it");
        String padding = "p".repeat(LineSplitter.LONGEST_PIECE - 10);
        try (StepJournal.LogWriter log = journal.steps.log(entry.id())) {
            out(log, padding + "correct-ho");
            out(log, "rse-battery\n");
            out(log, "key: first line of it\n");
            out(log, "second line of it!\n");
            log.info("with correct-horse-battery");
        }
        assertThat(lines()).containsExactly("out " + padding + "***", "out key: ***!", "info with ***");
    }

    @Test
    void randomOutputInRandomChunksOfTwoStreamsComesThroughAsItWas() {
        Random random = new Random(7);
        Map<String, StringBuilder> written = Map.of("out", new StringBuilder(), "err", new StringBuilder());
        try (StepJournal.LogWriter log = journal.steps.log(entry.id())) {
            for (int i = 0; i < 3_000; i++) {
                String stream = random.nextBoolean() ? "out" : "err";
                String chunk = randomText(random);
                byte[] bytes = chunk.getBytes(StandardCharsets.UTF_8);
                int cut = random.nextInt(bytes.length + 1);
                for (int[] part : new int[][] {{0, cut}, {cut, bytes.length - cut}}) {
                    if (stream.equals("out")) {
                        log.out(bytes, part[0], part[1]);
                    } else {
                        log.err(bytes, part[0], part[1]);
                    }
                }
                written.get(stream).append(chunk);
            }
        }
        for (String stream : List.of("out", "err")) {
            List<String> read = lines().stream()
                    .filter(line -> line.startsWith(stream))
                    .map(line -> line.substring(4))
                    .toList();
            assertThat(read.equals(written.get(stream).toString().lines().toList()))
                    .as(stream)
                    .isTrue();
        }
    }

    private static String randomText(Random random) {
        return IntStream.range(0, random.nextInt(random.nextInt(20) == 0 ? 20_000 : 40))
                .mapToObj(n -> random.nextInt(25) == 0
                        ? "\n"
                        : random.nextInt(5) == 0 ? "😀" : random.nextInt(5) == 0 ? "é" : "a")
                .collect(Collectors.joining());
    }

    @Test
    void severalThreadsMayWriteAndNoLineIsTorn() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (StepJournal.LogWriter log = journal.steps.log(entry.id())) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                String line = "t" + t + "-".repeat(100);
                all.add(threads.submit(() -> IntStream.range(0, 2_000).forEach(n -> log.info(line))));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        threads.shutdown();
        assertThat(lines()).hasSize(8_000).allMatch(line -> line.matches("info t\\d-{100}"));
    }

    @Test
    void outputBeyondTheLimitIsCountedAndHashedItsEndKeptAndTheCutStated() throws Exception {
        String line = "0123456789".repeat(10);
        int lines = LIMIT / 101 + 5_000;
        StringBuilder beyond = new StringBuilder();
        try (StepJournal.LogWriter log = journal.steps.log(entry.id())) {
            for (int i = 0; i < lines; i++) {
                out(log, line + "\n");
                if (i >= LIMIT / 101) {
                    beyond.append(line).append('\n');
                }
            }
            log.info("The step's own lines are kept");
        }
        List<String> kept = lines();
        List<String> info = kept.stream().filter(l -> l.startsWith("info")).toList();
        assertThat(info).hasSize(3);
        assertThat(info.get(0)).contains("Output limit of " + LIMIT + " bytes reached");
        assertThat(info.get(1)).isEqualTo("info The step's own lines are kept");
        assertThat(info.get(2))
                .contains(beyond.length() + " bytes")
                .contains(java.util.HexFormat.of()
                        .formatHex(AuditEvent.sha256().digest(beyond.toString().getBytes(StandardCharsets.UTF_8))));
        assertThat(kept).hasSize(LIMIT / 101 + 3 + OutputLimit.TAIL / 101);
        assertThat(kept.get(kept.size() - 1)).isEqualTo("out " + line);
    }

    @Test
    void aNewServerGoesOnWhereTheLogEndsAndTheOldOneWritesNoMore() {
        StepJournal.LogWriter old = journal.steps.log(entry.id());
        old.info("from the first server");
        await().until(() -> read().size() == 1);
        try (JournalFixture second = journal.secondServer()) {
            StepRun taken = second.steps.reclaim(entry, "node-b");
            try (StepJournal.LogWriter log = second.steps.log(taken.id())) {
                log.info("from the second server");
            }
        }
        old.info("too late");
        await().untilAsserted(
                        () -> assertThatThrownBy(() -> old.info("too late")).isInstanceOf(StepJournal.ClaimLost.class));
        old.close();
        assertThat(lines()).containsExactly("info from the first server", "info from the second server");
    }

    @Test
    void aClosedLogTakesNothingMoreSilently() {
        StepJournal.LogWriter log = journal.steps.log(entry.id());
        log.close();
        log.close();
        assertThatThrownBy(() -> log.info("late")).isInstanceOf(IllegalStateException.class);
    }

    private static void out(StepJournal.LogWriter log, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        log.out(bytes, 0, bytes.length);
    }

    private static void err(StepJournal.LogWriter log, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        log.err(bytes, 0, bytes.length);
    }

    private List<JournalReader.LogLine> read() {
        return journal.reader.log(entry.id(), 0, 1_000_000);
    }

    /** As a person reads them: pieces put together, in the order in which lines ended. */
    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        Map<String, StringBuilder> begun = new HashMap<>();
        for (JournalReader.LogLine piece : read()) {
            begun.computeIfAbsent(piece.stream(), s -> new StringBuilder()).append(piece.text());
            if (!piece.continued()) {
                lines.add(piece.stream() + " " + begun.remove(piece.stream()));
            }
        }
        begun.forEach((stream, text) -> lines.add(stream + " " + text));
        return lines;
    }
}
