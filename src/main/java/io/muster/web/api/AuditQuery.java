package io.muster.web.api;

import io.muster.journal.AuditSearch;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The parameters of the audit trail; those that are left out do not filter. */
record AuditQuery(
        @Schema(description = "A user, exactly; or timer, engine, or the server that ran a step") String who,
        @Schema(type = "string", format = "date-time", description = "At or after") String from,
        @Schema(type = "string", format = "date-time", description = "Before") String to,
        @Schema(description = "Kinds of events, several with commas, like approval,decision-taken") String kind,
        @Schema(description = "A run's id: of an outermost run with all that it called, of a called one its own events")
                String run,
        String service,
        @Schema(description = "Also freezes of the environment") String environment,
        @Schema(description = "Verify the chain of each event on this page") Boolean verify,
        @Schema(minimum = "1", maximum = "500", defaultValue = "50") Integer limit,
        @Schema(minimum = "0", defaultValue = "0") Integer offset) {

    private static final int MOST = 500;
    private static final int USUAL = 50;

    AuditQuery {
        limit = limit == null ? USUAL : limit;
        offset = offset == null ? 0 : offset;
    }

    /** @throws InvalidRequest naming every parameter that cannot be used */
    AuditSearch search() {
        List<String> problems = new ArrayList<>();
        page(limit, offset).ifPresent(problems::add);
        AuditSearch search = new AuditSearch(
                given(who),
                instant("from", from, problems),
                instant("to", to, problems),
                kinds(problems),
                given(run),
                given(service),
                given(environment));
        if (!problems.isEmpty()) {
            throw new InvalidRequest(String.join(" ", problems));
        }
        return search;
    }

    static Optional<String> page(int limit, int offset) {
        return limit < 1 || limit > MOST || offset < 0
                ? Optional.of("`limit` must be 1 to " + MOST + " and `offset` 0 or more; they are " + limit + " and "
                        + offset + ".")
                : Optional.empty();
    }

    private Set<String> kinds(List<String> problems) {
        Set<String> kinds = new LinkedHashSet<>();
        given(kind).stream()
                .flatMap(list -> Arrays.stream(list.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .forEach(kinds::add);
        kinds.stream()
                .filter(name -> !AuditSearch.KINDS.contains(name))
                .forEach(name -> problems.add(
                        "'" + name + "' is no kind of event; those are " + String.join(", ", AuditSearch.KINDS) + "."));
        return kinds;
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
        return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }
}
