package io.muster.steps.testdata;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Records as a service's verifying script lists them: {@code kind TAB id TAB value TAB references [TAB bytes]}. */
record Listing(Map<String, Row> rows) {

    private static final int SHOWN = 10;

    /**
     * @param value the record's SHA-256, or the record itself
     * @param references {@code kind/id} of records that it needs
     * @param bytes 0 where the script does not say
     */
    record Row(String kind, String id, String value, List<String> references, long bytes) {
        String key() {
            return kind + "/" + id;
        }

        String line() {
            return kind + "\t" + id + "\t" + value + "\t" + String.join(",", references) + "\t" + bytes;
        }
    }

    /** @throws StepFailure ListingInvalid, with every line that is wrong (at most ten) */
    static Listing of(String text, String where) {
        Map<String, Row> rows = new LinkedHashMap<>();
        List<String> wrong = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String[] parts = line.split("\t", -1);
            if (parts.length < 3
                    || parts.length > 5
                    || parts[0].isBlank()
                    || parts[1].isBlank()
                    || parts[2].isBlank()) {
                wrong.add("line " + number + " '" + shortened(line) + "' is not kind, id, value, references [, bytes]");
                continue;
            }
            if (parts.length == 5 && !parts[4].strip().matches("\\d{1,15}")) {
                wrong.add("line " + number + " says '" + shortened(parts[4]) + "' for its bytes");
                continue;
            }
            Row row = row(parts);
            if (rows.put(row.key(), row) != null) {
                wrong.add("line " + number + " lists " + row.key() + " a second time");
            }
        }
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    TestDataScripts.LISTING_INVALID,
                    "The verifying script on " + where + " lists what cannot be read: "
                            + String.join("; ", wrong.subList(0, Math.min(SHOWN, wrong.size())))
                            + ". Each line has tabs between its fields; mend the script.");
        }
        return new Listing(rows);
    }

    private static Row row(String[] parts) {
        List<String> references = parts.length < 4 || parts[3].isBlank()
                ? List.of()
                : Arrays.stream(parts[3].split(","))
                        .map(String::strip)
                        .filter(reference -> !reference.isEmpty())
                        .toList();
        return new Row(
                parts[0].strip(),
                parts[1].strip(),
                parts[2].strip(),
                references,
                parts.length == 5 ? Long.parseLong(parts[4].strip()) : 0);
    }

    Set<String> kinds() {
        return rows.values().stream().map(Row::kind).collect(Collectors.toCollection(java.util.TreeSet::new));
    }

    int references() {
        return rows.values().stream().mapToInt(row -> row.references().size()).sum();
    }

    long bytes() {
        return rows.values().stream().mapToLong(Row::bytes).sum();
    }

    /** References to what is not there, as {@code note/7 → tag/3}. */
    List<String> dangling() {
        return rows.values().stream()
                .flatMap(row -> row.references().stream()
                        .filter(reference -> !rows.containsKey(reference))
                        .map(reference -> row.key() + " → " + reference))
                .toList();
    }

    String counts() {
        return rows.values().stream()
                .collect(Collectors.groupingBy(Row::kind, java.util.TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    /** What differs from what is expected, naming the records. */
    List<String> differences(Listing expected) {
        List<String> found = new ArrayList<>();
        name(
                "missing",
                expected.rows.keySet().stream()
                        .filter(key -> !rows.containsKey(key))
                        .toList(),
                found);
        name(
                "changed",
                rows.values().stream()
                        .filter(row -> expected.rows.containsKey(row.key()))
                        .filter(row -> !same(row, expected.rows.get(row.key())))
                        .map(Row::key)
                        .toList(),
                found);
        name(
                "extra",
                rows.keySet().stream()
                        .filter(key -> !expected.rows.containsKey(key))
                        .toList(),
                found);
        name("dangling reference", dangling(), found);
        return found;
    }

    private static boolean same(Row row, Row other) {
        return row.value().equals(other.value()) && Set.copyOf(row.references()).equals(Set.copyOf(other.references()));
    }

    private static void name(String what, Collection<String> keys, List<String> found) {
        if (!keys.isEmpty()) {
            found.add(keys.size() + " " + what + ": "
                    + keys.stream().limit(SHOWN).collect(Collectors.joining(", "))
                    + (keys.size() > SHOWN ? " and " + (keys.size() - SHOWN) + " more" : ""));
        }
    }

    String text() {
        return rows.values().stream().map(row -> row.line() + "\n").collect(Collectors.joining());
    }

    private static String shortened(String line) {
        return line.length() <= 80 ? line : line.substring(0, 80) + "…";
    }

    static StepFailure notThere(String service, String run) {
        return new StepFailure.Rejected(
                Reason.NOT_FOUND,
                "Run " + run + " has kept no listing of test data of " + service
                        + ": fill the service with `testDataPopulate`" + " earlier in the diagram.");
    }
}
