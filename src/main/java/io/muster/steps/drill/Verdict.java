package io.muster.steps.drill;

import io.muster.recovery.Criterion;
import io.muster.step.RunFacts;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Why a service does not count as production ready, of what was judged and decided until now. */
final class Verdict {

    private static final int NAMED = 3;
    private static final int EVIDENCE = 160;

    private Verdict() {}

    /** @param criteria by step, as they were judged last; empty text where all nine are judged and met */
    static String of(Map<Integer, List<Criterion>> criteria, RunFacts.Facts run) {
        List<Criterion> failed = criteria.values().stream()
                .flatMap(List::stream)
                .filter(criterion -> criterion.result() == Criterion.Result.FAILED)
                .toList();
        if (!failed.isEmpty()) {
            String named = failed.stream().limit(NAMED).map(Verdict::line).collect(Collectors.joining("; "));
            return failed.size() > NAMED ? named + "; and " + (failed.size() - NAMED) + " more" : named;
        }
        return unjudged(criteria) == 0 ? "" : "step " + unjudged(criteria) + ": " + ended(run);
    }

    /** The step that was begun and ended before it was judged; 0 where there is none. Steps follow each other. */
    static int unjudged(Map<Integer, List<Criterion>> criteria) {
        boolean stopped = criteria.values().stream()
                .flatMap(List::stream)
                .anyMatch(criterion -> criterion.result() == Criterion.Result.FAILED);
        return stopped
                ? 0
                : IntStream.rangeClosed(1, CompletionDocument.STEPS.size())
                        .filter(step -> !criteria.containsKey(step))
                        .findFirst()
                        .orElse(0);
    }

    private static String ended(RunFacts.Facts run) {
        return run.approvals().stream()
                .filter(approval -> !approval.approved())
                .reduce((earlier, later) -> later)
                .map(rejected -> "'" + rejected.title() + "' was rejected by " + rejected.by()
                        + (rejected.comment().isBlank() ? "" : " (" + brief(rejected.comment()) + ")"))
                .orElse("it ended before its criteria were judged");
    }

    private static String line(Criterion criterion) {
        return "step " + criterion.phase() + ": " + criterion.text() + " (" + brief(criterion.evidence()) + ")";
    }

    private static String brief(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= EVIDENCE ? line : line.substring(0, EVIDENCE - 1) + "…";
    }
}
