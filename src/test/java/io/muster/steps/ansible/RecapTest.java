package io.muster.steps.ansible;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecapTest {

    private static final String HEADING = "PLAY RECAP " + "*".repeat(69) + "\n";
    private static final String ONE =
            "web-01                     : ok=3    changed=2    unreachable=0    failed=0    skipped=1    rescued=0    ignored=0   \n";

    private final Recap recap = new Recap();

    private List<Recap.Host> read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        recap.add(bytes, 0, bytes.length);
        return recap.hosts();
    }

    @Test
    void eachHostHasItsCounts() {
        List<Recap.Host> hosts = read(HEADING + ONE + "db : ok=10 changed=0 unreachable=1 failed=4\n\n");
        assertThat(hosts)
                .containsExactly(new Recap.Host("web-01", 3, 2, 0, 0, 0, ""), new Recap.Host("db", 10, 0, 1, 4, 0, ""));
        assertThat(hosts.get(0).isWell()).isTrue();
        assertThat(hosts.get(1).isWell()).isFalse();
    }

    @Test
    void anUnreachableOrAFailedHostIsNotWell() {
        assertThat(read(HEADING
                        + "a : ok=0 changed=0 unreachable=1 failed=0\nb : ok=0 changed=0 unreachable=0 failed=1\n"))
                .noneMatch(Recap.Host::isWell);
    }

    @Test
    void piecesOfAnySizeAreReadAlike() {
        byte[] bytes = ("…\n" + HEADING + ONE.replace("web-01", "wéb-01")).getBytes(StandardCharsets.UTF_8);
        for (byte one : bytes) {
            recap.add(new byte[] {0, one, 0}, 1, 1);
        }
        assertThat(recap.hosts()).containsExactly(new Recap.Host("wéb-01", 3, 2, 0, 0, 0, ""));
    }

    @Test
    void coloursAreNoPartOfANameOrACount() {
        assertThat(read(HEADING
                        + "\u001B[0;33mweb-01\u001B[0m   : \u001B[0;32mok=3   \u001B[0m \u001B[0;33mchanged=2   \u001B[0m"
                        + " unreachable=0    failed=0    skipped=0\n"))
                .containsExactly(new Recap.Host("web-01", 3, 2, 0, 0, 0, ""));
    }

    @Test
    void aHostIsNamedWithTheTaskThatItFailedIn() {
        List<Recap.Host> hosts = read("TASK [notes_api : Copy [it]] ****\nchanged: [a]\n"
                + "fatal: [b -> proxy]: FAILED! => {}\n\nTASK [Wait] ****\nfailed: [a] (item=1) => {}\n"
                + "fatal: [c]: UNREACHABLE! => {}\n"
                + HEADING
                + "a : ok=1 changed=1 unreachable=0 failed=1\nb : ok=1 changed=1 unreachable=0 failed=1\n"
                + "c : ok=0 changed=0 unreachable=1 failed=0\n");
        assertThat(hosts)
                .extracting(Recap.Host::why)
                .containsExactly(
                        "a (failed in 'Wait')", "b (failed in 'notes_api : Copy [it]')", "c (unreachable in 'Wait')");
    }

    @Test
    void whatATaskPrintsIsNoRecap() {
        assertThat(read(ONE + "  \"msg\": \"" + HEADING.strip() + "\"\n" + ONE)).isEmpty();
        assertThat(read(HEADING + "old : ok=1 changed=1 unreachable=0 failed=0\n" + HEADING + ONE))
                .extracting(Recap.Host::name)
                .containsExactly("web-01");
    }

    @Test
    void whatComesBehindTheRecapIsPassedOver() {
        assertThat(read(HEADING + ONE + "\nSaturday 21 November 2026 : 0:00:01 ****\nnotes_api : Copy ---- 0.40s\n"))
                .hasSize(1);
    }

    @Test
    void aRecapBehindAGapAndOneWithoutAnEndOfLineAreRead() {
        byte[] half = "TASK [half".getBytes(StandardCharsets.UTF_8);
        recap.add(half, 0, half.length);
        recap.gap();
        assertThat(read("rest of a line\n" + HEADING + ONE.stripTrailing())).hasSize(1);
    }

    @Test
    void aLineWithoutEndTakesNoMemory() {
        byte[] much = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 100; i++) {
            recap.add(much, 0, much.length);
        }
        assertThat(read("\n" + HEADING + ONE)).hasSize(1);
    }

    @Test
    void failuresThatThePlaybookIgnoredOrRescuedItselfFromAreCountedAndDoNotFailIt() {
        List<Recap.Host> hosts =
                read(HEADING + "a : ok=3 changed=1 unreachable=0 failed=0 skipped=2 rescued=2 ignored=1\n" + ONE);
        assertThat(hosts).extracting(Recap.Host::passedOver).containsExactly(3, 0);
        assertThat(hosts).allMatch(Recap.Host::isWell);
        assertThat(hosts.get(0).counts()).endsWith("failed=0 ignored or rescued=3");
    }
}
