package io.muster.web.api;

import io.muster.journal.RunSearch;
import io.muster.journal.RunSearch.State;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The parameters of the list of runs; those that are left out do not filter. */
record RunQuery(
        @Schema(description = "A runbook's id") String runbook,
        String environment,
        String service,
        @Schema(description = "RUNNING, WAITING, FAILED, COMPLETED, REJECTED, ABORTED; several with commas")
                String state,
        @Schema(description = "Somewhere in the id, runbook, service, environment, version, reason, starter or outcome")
                String text,
        @Schema(type = "string", format = "date-time", description = "Started at or after") String from,
        @Schema(type = "string", format = "date-time", description = "Started before") String to,
        @Schema(description = "Leave out the runs of called runbooks") Boolean outermost,
        @Schema(minimum = "1", maximum = "500", defaultValue = "50") Integer limit,
        @Schema(minimum = "0", defaultValue = "0") Integer offset) {

    private static final int MOST = 500;
    private static final int USUAL = 50;

    RunQuery {
        limit = limit == null ? USUAL : limit;
        offset = offset == null ? 0 : offset;
    }

    /** @throws InvalidRequest naming every parameter that cannot be used */
    RunSearch search() {
        List<String> problems = new ArrayList<>();
        if (limit < 1 || limit > MOST || offset < 0) {
            problems.add("`limit` must be 1 to " + MOST + " and `offset` 0 or more; they are " + limit + " and "
                    + offset + ".");
        }
        RunSearch search = new RunSearch(
                given(runbook),
                given(environment),
                given(service),
                states(problems),
                given(text),
                instant("from", from, problems),
                instant("to", to, problems),
                Boolean.TRUE.equals(outermost));
        if (!problems.isEmpty()) {
            throw new InvalidRequest(String.join(" ", problems));
        }
        return search;
    }

    private Set<State> states(List<String> problems) {
        Set<State> states = EnumSet.noneOf(State.class);
        given(state).stream()
                .flatMap(list -> Arrays.stream(list.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .forEach(name -> {
                    if (State.names().contains(name)) {
                        states.add(State.valueOf(name));
                    } else {
                        problems.add("'" + name + "' is no state of a run; those are "
                                + String.join(", ", State.names()) + ".");
                    }
                });
        return states;
    }

    private static Optional<Instant> instant(String name, String value, List<String> problems) {
        try {
            return given(value).map(Instant::parse);
        } catch (DateTimeParseException e) {
            problems.add("'" + value + "' is no value for `" + name + "`: give a time like 2026-01-31T09:00:00Z.");
            return Optional.empty();
        }
    }

    private static Optional<String> given(String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }
}
