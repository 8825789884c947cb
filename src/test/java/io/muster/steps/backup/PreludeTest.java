package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreludeTest {

    private static final String LONG = "customer_accounts_of_the_region_";

    private static String beside(String database) {
        return RealServer.run("sh", "-c", Prelude.FUNCTIONS + "beside \"$1\"", "sh", database);
    }

    private static String sh(String script) {
        return RealServer.run("sh", "-c", Prelude.FUNCTIONS + script);
    }

    @TempDir
    Path directory;

    /** The kernel names what is mounted by its real path. */
    @Test
    void whatIsMountedBehindALinkIsSeen() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("way"), Path.of("/"));
        for (String path : List.of("/proc", link + "/proc", link + "/proc/", directory + "/./way/proc")) {
            assertThatThrownBy(() -> sh("unmounted '" + path + "' 'and is left'"))
                    .as(path)
                    .hasMessageContaining("/proc is a mount point, and is left");
        }
        assertThat(sh("unmounted '" + directory + "/way/procs' no; unmounted '" + directory
                        + "/none/proc' no; echo ok"))
                .isEqualTo("ok");
        assertThatThrownBy(() -> RealServer.run(
                        "sh",
                        "-c",
                        Prelude.FUNCTIONS.replace("/proc/self/mountinfo", directory + "/none")
                                + "unmounted /srv 'and is left'; echo ok"))
                .hasMessageContaining("what is mounted in /srv cannot be told");
    }

    @Test
    void whoWaitsForAnotherSaysSoAndNotForEver() {
        assertThatThrownBy(() -> sh("flock() { return 1; }; sleep() { :; }; alone '" + directory + "'"))
                .hasMessageContaining("waiting for another restore below " + directory)
                .hasMessageContaining("has not let go of it in 10 minutes");
        assertThat(sh("flock() { echo 'flock: 9: No locks available' >&2; return 71; }; alone '" + directory
                        + "'; echo ok"))
                .as("it has no locks")
                .isEqualTo("ok");
    }

    @Test
    void databasesWithLongNamesAreRestoredBesideThemselvesAndNotIntoEachOther() {
        assertThat(beside("shop")).isEqualTo("shop");
        assertThat(beside(LONG + "north"))
                .isNotEqualTo(beside(LONG + "south"))
                .matches("customer_accounts_of_the-\\d+");
        assertThat(beside("ü".repeat(25))).matches("_{24}-\\d+");
        String longest = beside("d".repeat(63)) + "-muster-t1a2b3c4d-part";
        assertThat(longest).hasSizeLessThanOrEqualTo(63);
    }
}
