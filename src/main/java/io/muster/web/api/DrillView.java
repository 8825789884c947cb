package io.muster.web.api;

import io.muster.journal.RunSearch;
import io.muster.recovery.Criterion;
import io.muster.recovery.Drill;
import io.muster.recovery.Measure;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** A drill with what it measured; alone also with its criteria. */
record DrillView(
        @Schema(description = "The outermost run, as in /api/runs/{id}") String run,
        Drill.Kind kind,
        String environment,
        String service,
        @Schema(description = "Null where it was not about one") String version,
        Drill.State state,
        @Schema(description = "How its run stands while it is RUNNING, as in /api/runs; null afterwards")
                RunSearch.State runState,
        @Schema(description = "Titles of the steps and tasks that its run is at; null afterwards") List<String> current,
        Instant startedAt,
        Instant endedAt,
        @Schema(description = "One sentence; null while it runs") String result,
        List<MeasureView> measures,
        @Schema(description = "Null in lists") List<CriterionView> criteria) {

    /** A run that goes on. */
    record Going(RunSearch.State state, List<String> current) {}

    /** A measured number. */
    record MeasureView(
            String name,
            Measure.Unit unit,
            BigDecimal value,
            @Schema(description = "At most (of percentages: at least); null where nothing is asked") BigDecimal target,
            @Schema(description = "As recovery-thresholds has it; null where nothing is asked") Measure.Grade grade,
            Instant at) {
        static MeasureView of(Measure measure) {
            return new MeasureView(
                    measure.name(),
                    measure.unit(),
                    measure.value(),
                    measure.target().orElse(null),
                    measure.grade().orElse(null),
                    measure.at());
        }
    }

    /** An acceptance criterion, judged. */
    record CriterionView(
            int phase,
            String name,
            String text,
            Criterion.Result result,
            Criterion.Judge judge,
            String evidence,
            Instant at) {
        static CriterionView of(Criterion criterion) {
            return new CriterionView(
                    criterion.phase(),
                    criterion.name(),
                    criterion.text(),
                    criterion.result(),
                    criterion.judge(),
                    criterion.evidence(),
                    criterion.at());
        }
    }

    /** @param run how its run stands; null where that has ended */
    static DrillView of(Drill drill, Going run, List<Measure> measures, List<Criterion> criteria) {
        return new DrillView(
                drill.runId(),
                drill.kind(),
                drill.environment(),
                drill.service(),
                drill.version().orElse(null),
                drill.state(),
                run == null ? null : run.state(),
                run == null ? null : run.current(),
                drill.startedAt(),
                drill.endedAt().orElse(null),
                drill.result().orElse(null),
                measures.stream().map(MeasureView::of).toList(),
                criteria == null
                        ? null
                        : criteria.stream().map(CriterionView::of).toList());
    }
}
