package io.muster.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.recovery.Drill;
import io.muster.recovery.Readiness;
import io.muster.recovery.ServiceStatus;
import io.muster.recovery.ServiceStatus.State;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is wrong with a service, and which is worse. */
class ServiceJudgementTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private final Inventory.Environment environment = InventoryReader.withoutSecrets()
            .read(Path.of("docs/examples/inventory.yaml"))
            .environments()
            .get("prod");

    private ServiceJudgement judged(State state, boolean proven, boolean overdue, String testFailed, int open) {
        Optional<Instant> last = Optional.of(NOW).filter(at -> proven);
        Readiness.Service readiness = new Readiness.Service(
                new ServiceStatus(Optional.of("1.0.0"), Optional.empty(), state, Optional.of(NOW), Optional.empty()),
                last,
                false,
                Optional.empty(),
                last,
                Optional.empty(),
                Optional.ofNullable(testFailed),
                last,
                overdue,
                true,
                new Readiness.RestoreTests(
                        Optional.empty(), Optional.empty(), testFailed != null, Optional.ofNullable(testFailed)),
                Optional.<Drill>empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
        return ServiceJudgement.of(
                environment, environment.services().values().iterator().next(), readiness, open);
    }

    @Test
    void whatIsWrongIsSaidInWords() {
        assertThat(judged(State.HEALTHY, true, false, null, 0).wrong()).isEmpty();
        assertThat(judged(State.STOPPED, false, true, "it was damaged", 2).wrong())
                .containsExactly(
                        "stopped",
                        "2 decisions are open",
                        "recovery was never proven",
                        "the last restore test failed",
                        "the last qualification failed");
        assertThat(judged(State.HEALTHY, true, true, null, 1).wrong())
                .containsExactly("a decision is open", "recovery proof is overdue");
    }

    @Test
    void theWorstComesFirst() {
        List<ServiceJudgement> worst = List.of(
                judged(State.UNHEALTHY, true, false, null, 0),
                judged(State.HEALTHY, true, false, null, 1),
                judged(State.HEALTHY, true, true, null, 0),
                judged(State.HEALTHY, false, false, null, 0),
                judged(State.HEALTHY, true, false, null, 0),
                judged(State.RETIRED, true, false, null, 0));
        assertThat(Stream.of(5, 3, 1, 4, 0, 2)
                        .map(worst::get)
                        .sorted(ServiceJudgement.WORST_FIRST)
                        .toList())
                .isEqualTo(worst);
    }

    @Test
    void whatWasNeverProvenIsDueBeforeWhatWas() {
        ServiceJudgement never = judged(State.HEALTHY, false, true, null, 0);
        ServiceJudgement once = judged(State.HEALTHY, true, true, null, 0);
        assertThat(Stream.of(once, never).sorted(ServiceJudgement.DUE_FIRST).toList())
                .containsExactly(never, once);
    }

    @Test
    void everyParameterThatCannotBeUsedIsNamed() {
        ServiceQuery query = new ServiceQuery(null, null, null, true, false, "a week", null, "loudest", null, 501, -1);
        assertThatThrownBy(query::search)
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(
                        "`limit` must be 1 to 500, or left out for all, and `offset` 0 or more; they are 501 and -1.")
                .hasMessageContaining("'a week' is no value for `dueWithin`")
                .hasMessageContaining("'loudest' is no order of services; those are inventory, name, wrong, due.")
                .hasMessageContaining(
                        "`wrong` is true and `attention`, its earlier name, is false: give `wrong` alone.");
    }
}
