package io.muster.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed leaves nothing undone and does nothing twice. A sample: {@code -Dcrash.points} (12 are all) and
 * {@code -Dcrash.kills} set at how many points of a step and how often at random it is killed, {@code -Dcrash.seed} at which.
 */
class CrashIT {

    private static final int KILLS = Integer.getInteger("crash.kills", 1);
    private static final int SEED = Integer.getInteger("crash.seed", 20261);
    private static final int POINTS = Integer.getInteger("crash.points", 2);
    private static final int LONGEST_MILLIS = 2500;

    @TempDir
    Path directory;

    private List<String> points(CrashBench bench) {
        return List.of(
                "begin:before:1",
                "begin:after:1",
                "effect:before:1",
                "effect:after:1",
                "effect:before:2",
                "grows:" + bench.effects(),
                "out:after:1",
                "succeed:before:1",
                "succeed:after:2",
                "acknowledge:before:1",
                "commit:before:2",
                "commit:after:1");
    }

    @Test
    void killedAtEachPointOfAStepAndAtRandomItDoesEverythingOnce() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/sshd")),
                "OpenSSH's server is not installed; `apt-get install openssh-server` lets this test run");
        try (CrashBench bench = new CrashBench(directory)) {
            if (KILLS > 10) {
                bench.warmUp();
            }
            List<String> names = new ArrayList<>();
            List<String> points = new ArrayList<>(points(bench));
            Collections.shuffle(points, new Random(SEED));
            for (String point : points.stream().limit(POINTS).toList()) {
                names.add("point-" + names.size());
                bench.killed(names.get(names.size() - 1), point);
            }
            for (int kill = 0; kill < KILLS; kill++) {
                names.add("random-" + kill);
                bench.killed(names.get(names.size() - 1), "random:" + LONGEST_MILLIS + ":" + (SEED + kill));
            }
            bench.finish();
            assertEverythingHappenedOnce(bench, names);
        }
    }

    /** Between saying what it will do on the target and doing it; the other server has done it and forgotten it meanwhile. */
    @Test
    @Tag("long")
    void aServerThatWasFrozenPastItsLockRecordsNothingAndStartsNothing() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/sshd")),
                "OpenSSH's server is not installed; `apt-get install openssh-server` lets this test run");
        try (CrashBench bench = new CrashBench(directory)) {
            bench.frozen("frozen", "effect:after:1");
            assertEverythingHappenedOnce(bench, List.of("frozen"));
        }
    }

    private static void assertEverythingHappenedOnce(CrashBench bench, List<String> names) throws Exception {
        List<String> runs = bench.runs();
        // Killed before the engine's first commit there is no run, and nothing may have been done for it.
        assertThat(runs.size()).isLessThanOrEqualTo(names.size()).isGreaterThan(names.size() / 2);
        assertThat(bench.countedOnTheTarget())
                .as("lines that commands wrote on the target")
                .doesNotHaveDuplicates()
                .hasSize(runs.size() * CrashRun.STEPS.size());
        String output = IntStream.rangeClosed(1, CrashRun.LINES)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" ", "", " "));
        for (String run : runs) {
            assertThat(bench.endOf(run)).isEqualTo("COMPLETED done");
            assertThat(bench.statesOf(run))
                    .containsExactly(
                            "first SUCCEEDED true", "last SUCCEEDED true", "left SUCCEEDED true", "right FAILED true");
            assertThat(bench.outputsOf(run)).hasSize(CrashRun.STEPS.size()).allMatch(output::equals);
            assertThat(bench.problemsOf(run)).isEmpty();
        }
    }
}
