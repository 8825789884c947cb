package io.muster.journal;

import io.muster.journal.RunSearch.State;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A search as SQL. What waits or failed comes from the engine's few open tasks and incidents, up to the callers. */
final class RunSearchSql {

    private static final String OPEN =
            """
            with recursive asked (id) as (
                select proc_inst_id_::text from act_ru_task where proc_inst_id_ is not null
                union
                select r.parent_id::text from asked a join run r on r.id = a.id where r.parent_id is not null),
            broken (id) as (
                select proc_inst_id_::text from act_ru_incident where proc_inst_id_ is not null
                union
                select r.parent_id::text from broken b join run r on r.id = b.id where r.parent_id is not null)
            """;

    private static final String STATE =
            """
            case when end_state is not null then end_state::text
                 when id in (select id from broken) then 'FAILED'
                 when id in (select id from asked) then 'WAITING'
                 else 'RUNNING' end
            """;

    private static final String SEARCHED =
            """
            concat_ws(' ', id, runbook, service, environment, target_version, reason, started_by, outcome)
            """;

    /** The states of the runs whose ids are in an array. */
    static final String STATES = OPEN + "select id, " + STATE + " as state from run where id = any (?)";

    private static final Set<State> ENDED = EnumSet.of(State.COMPLETED, State.REJECTED, State.ABORTED);

    private final List<String> conditions = new ArrayList<>();
    private final List<Object> arguments = new ArrayList<>();

    RunSearchSql(RunSearch search) {
        search.runbook().ifPresent(value -> where("runbook = ?", value));
        search.environment().ifPresent(value -> where("environment = ?", value));
        search.service().ifPresent(value -> where("service = ?", value));
        search.from().ifPresent(value -> where("started_at >= ?", Rows.timestamp(value)));
        search.to().ifPresent(value -> where("started_at < ?", Rows.timestamp(value)));
        search.text()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> where("position(lower(?) in lower(" + SEARCHED + ")) > 0", text));
        if (search.outermost()) {
            conditions.add("parent_id is null");
        }
        if (!search.states().isEmpty()) {
            states(search.states());
        }
    }

    private void where(String condition, Object value) {
        conditions.add(condition);
        arguments.add(value);
    }

    private void states(Set<State> states) {
        String names = states.stream().map(state -> "'" + state.name() + "'").collect(Collectors.joining(", "));
        if (ENDED.containsAll(states)) {
            conditions.add("end_state in (" + names + ")");
            return;
        }
        if (states.stream().noneMatch(ENDED::contains)) {
            conditions.add("ended_at is null");
        }
        conditions.add(STATE + " in (" + names + ")");
    }

    private String filter() {
        return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    }

    String count() {
        return OPEN + "select count(*) as total from run" + filter();
    }

    String page() {
        return OPEN + "select run.*, " + STATE + " as state from run" + filter()
                + " order by started_at desc, id limit ? offset ?";
    }

    Object[] arguments(Object... more) {
        List<Object> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return all.toArray();
    }
}
