package io.muster.web.api;

import io.muster.inventory.Inventory;
import io.muster.recovery.Readiness;
import io.muster.recovery.ServiceStatus.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A service with what is wrong with it, by which all services are put in one order, whatever page they are on.
 *
 * @param open decisions of its runs that wait for a person
 * @param wrong in words; empty where nothing that is asked for is missing
 */
record ServiceJudgement(
        Inventory.Environment environment,
        Inventory.Service service,
        Readiness.Service readiness,
        int open,
        List<String> wrong) {

    /** What does not run comes first, then what waits for a decision, then what else is wrong; what is retired comes last. */
    static final Comparator<ServiceJudgement> WORST_FIRST =
            Comparator.comparingInt(ServiceJudgement::rank).thenComparing(ServiceJudgement::name);

    static final Comparator<ServiceJudgement> BY_NAME = Comparator.comparing(ServiceJudgement::name);

    /** What must be proven and never was comes before what was. */
    static final Comparator<ServiceJudgement> DUE_FIRST = Comparator.comparing(
                    (ServiceJudgement it) -> it.readiness().dueAt().orElse(null),
                    Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(ServiceJudgement::name);

    private static final Set<State> BAD = EnumSet.of(State.UNHEALTHY, State.STOPPED);

    static ServiceJudgement of(
            Inventory.Environment environment, Inventory.Service service, Readiness.Service readiness, int open) {
        return new ServiceJudgement(environment, service, readiness, open, List.copyOf(wrong(readiness, open)));
    }

    private static List<String> wrong(Readiness.Service it, int open) {
        List<String> wrong = new ArrayList<>();
        if (BAD.contains(it.status().state())) {
            wrong.add(it.status().state().name().toLowerCase(Locale.ROOT));
        }
        if (it.status().attention().isPresent()) {
            wrong.add("a cancelled run left what a person must see to");
        }
        if (open > 0) {
            wrong.add(open == 1 ? "a decision is open" : open + " decisions are open");
        }
        if (it.overdue()) {
            wrong.add(it.lastProven().isPresent() ? "recovery proof is overdue" : "recovery was never proven");
        }
        if (it.backupOverdue()) {
            wrong.add(it.lastBackup().isPresent() ? "backup is overdue" : "there is no verified backup");
        }
        if (it.restoreTests().failed().isPresent()) {
            wrong.add("the last restore test failed");
        } else if (it.restoreTests().overdue()) {
            wrong.add("restore test is overdue");
        }
        if (it.qualificationFailed().isPresent()) {
            wrong.add("the last qualification failed");
        }
        return wrong;
    }

    boolean retired() {
        return readiness.status().state() == State.RETIRED;
    }

    /** Whether Muster deployed it, and it was not retired since. */
    boolean deployed() {
        return readiness.status().version().isPresent() && !retired();
    }

    boolean neverDeployed() {
        return readiness.status().version().isEmpty() && !retired();
    }

    boolean measured() {
        return readiness.trend().stream()
                .anyMatch(point -> point.rto().isPresent()
                        || point.rpo().isPresent()
                        || point.restore().isPresent());
    }

    private int rank() {
        if (BAD.contains(readiness.status().state())) {
            return 0;
        }
        if (open > 0) {
            return 1;
        }
        if (!wrong.isEmpty()) {
            return 2;
        }
        return retired() ? 5 : readiness.lastProven().isEmpty() ? 3 : 4;
    }

    private String name() {
        return environment.name() + "/" + service.name();
    }
}
