package io.muster.web.api;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The parameters of the list of services; those that are left out do not filter, and without `limit` all are listed. */
record ServiceQuery(
        String environment,
        @Schema(description = "A service's id, exactly") String service,
        @Schema(description = "Somewhere in the id, environment, description, class, container or deployed version")
                String text,
        @Schema(description = "Only those that something is wrong with (true), or nothing (false): as `wrong` says")
                Boolean wrong,
        @Schema(deprecated = true, description = "The earlier name of the parameter `wrong`") Boolean attention,
        @Schema(description = "Only those whose recovery proof is overdue, or due within this time, like P7D")
                String dueWithin,
        @Schema(description = "Only those of which a drill that passed measured something") Boolean measured,
        @Schema(
                        description =
                                "Over all pages: inventory (the order there), name, wrong (what is wrong first; earlier:"
                                        + " attention)"
                                        + " or due (what is due first)",
                        allowableValues = {"inventory", "name", "wrong", "due", "attention"},
                        defaultValue = "inventory")
                String sort,
        @Schema(description = "false leaves the trend out", defaultValue = "true") Boolean trend,
        @Schema(minimum = "1", maximum = "500", description = "All where it is left out") Integer limit,
        @Schema(minimum = "0", defaultValue = "0") Integer offset) {

    private static final int MOST = 500;

    enum Sort {
        INVENTORY,
        NAME,
        WRONG,
        DUE;

        /** The earlier name of {@code wrong}, for scripts that have it. */
        private static final String ATTENTION = "attention";

        private static Optional<Sort> of(String text) {
            return Arrays.stream(values())
                    .filter(sort -> sort.text().equals(text) || sort == WRONG && text.equals(ATTENTION))
                    .findFirst();
        }

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static String all() {
            return Arrays.stream(values()).map(Sort::text).collect(Collectors.joining(", "));
        }
    }

    /** The parameters, read. */
    record Search(
            Optional<String> environment,
            Optional<String> service,
            Optional<String> text,
            Optional<Boolean> wrong,
            Optional<Duration> dueWithin,
            boolean measured,
            Sort sort,
            boolean trend,
            int limit,
            int offset) {}

    /** @throws InvalidRequest naming every parameter that cannot be used */
    Search search() {
        List<String> problems = new ArrayList<>();
        int from = offset == null ? 0 : offset;
        if (limit != null && (limit < 1 || limit > MOST) || from < 0) {
            problems.add("`limit` must be 1 to " + MOST + ", or left out for all, and `offset` 0 or more; they are "
                    + limit + " and " + from + ".");
        }
        Search search = new Search(
                given(environment),
                given(service),
                given(text).map(it -> it.strip().toLowerCase(Locale.ROOT)),
                wrong(problems),
                dueWithin(problems),
                Boolean.TRUE.equals(measured),
                sort(problems),
                !Boolean.FALSE.equals(trend),
                limit == null ? Integer.MAX_VALUE : limit,
                from);
        if (!problems.isEmpty()) {
            throw new InvalidRequest(String.join(" ", problems));
        }
        return search;
    }

    private Optional<Boolean> wrong(List<String> problems) {
        if (wrong != null && attention != null && !wrong.equals(attention)) {
            problems.add("`wrong` is " + wrong + " and `attention`, its earlier name, is " + attention
                    + ": give `wrong` alone.");
        }
        return Optional.ofNullable(wrong).or(() -> Optional.ofNullable(attention));
    }

    private Sort sort(List<String> problems) {
        String wanted = given(sort).orElse(Sort.INVENTORY.text());
        return Sort.of(wanted).orElseGet(() -> {
            problems.add("'" + wanted + "' is no order of services; those are " + Sort.all() + ".");
            return Sort.INVENTORY;
        });
    }

    private Optional<Duration> dueWithin(List<String> problems) {
        try {
            return given(dueWithin).map(Duration::parse);
        } catch (DateTimeParseException e) {
            problems.add("'" + dueWithin + "' is no value for `dueWithin`: give a time like P7D or PT12H.");
            return Optional.empty();
        }
    }

    private static Optional<String> given(String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }
}
