package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Compares what a restore staged with the backup, record by record, without scripts of the service. */
@Component
final class Comparison {

    static final String DIFFERS = "DataDiffers";

    /** Tables whose rows are named; of more it is only told that they differ. */
    private static final int TABLES = 50;

    private static final int WORDS = 800;

    private static final List<String> KINDS = List.of("missing", "changed", "extra");

    private final Streams streams;
    private final DataTypes types;

    Comparison(Streams streams, DataTypes types) {
        this.streams = streams;
        this.types = types;
    }

    /**
     * @param file of the item, in the store
     * @return what was compared, or why it was not, as a sentence
     * @throws StepFailure DataDiffers, naming the records; BackupCorrupt where the file is not what its manifest says
     */
    String compare(
            StepContext context,
            ServicePlan plan,
            DataItem item,
            Manifest.Entry entry,
            String file,
            String recipient,
            String tag) {
        Optional<String> script = types.of(item).compare();
        if (script.isEmpty()) {
            return "Data item '" + item.name() + "' was not compared record by record: of the type " + item.type()
                    + " nothing can.";
        }
        Look look = new Look(context, plan, item, entry, file, recipient, tag, script.get());
        List<String> said = new ArrayList<>(look("", look));
        List<String> again = said.stream()
                .filter(line -> line.startsWith("again "))
                .map(line -> line.substring("again ".length()))
                .toList();
        if (!again.isEmpty()) {
            said.addAll(look(again.stream().limit(TABLES).collect(Collectors.joining("\n")), look));
            again.stream().skip(TABLES).forEach(table -> said.add("changed table " + table));
        }
        Map<String, List<String>> differences = differences(said);
        if (!differences.isEmpty()) {
            throw differs(plan, item, differences, said);
        }
        return "Data item '" + item.name() + "': " + told(said);
    }

    private record Look(
            StepContext context,
            ServicePlan plan,
            DataItem item,
            Manifest.Entry entry,
            String file,
            String recipient,
            String tag,
            String script) {}

    private List<String> look(String again, Look look) {
        Streams.Passed passed = streams.compare(
                look.context(),
                look.plan(),
                look.item(),
                look.file(),
                look.recipient(),
                look.script(),
                look.tag(),
                again);
        if (passed.bytes() != look.entry().bytes()
                || !passed.sha256().equals(look.entry().sha256())) {
            throw new StepFailure.Rejected(
                    BackupFailure.CORRUPT,
                    look.entry().name() + " came as " + passed.bytes() + " bytes with SHA-256 " + passed.sha256()
                            + " when it was compared, instead of "
                            + look.entry().bytes() + " with "
                            + look.entry().sha256() + ". Nothing was replaced. Choose another backup.");
        }
        return passed.said().lines().toList();
    }

    private static Map<String, List<String>> differences(List<String> said) {
        Map<String, List<String>> differences = new LinkedHashMap<>();
        for (String kind : KINDS) {
            List<String> names = said.stream()
                    .filter(line -> line.startsWith(kind + " "))
                    .map(line -> line.substring(kind.length() + 1))
                    .toList();
            if (!names.isEmpty()) {
                differences.put(kind, names);
            }
        }
        return differences;
    }

    private static String told(List<String> said) {
        return said.stream()
                .filter(line -> line.startsWith("compared "))
                .findFirst()
                .map(line -> line.substring("compared ".length()) + " are as the backup has them.")
                .or(() -> said.stream()
                        .filter(line -> line.startsWith("uncompared "))
                        .findFirst()
                        .map(line -> "not compared record by record: " + line.substring("uncompared ".length()) + "."))
                .orElseThrow(() -> new IllegalStateException("A comparison said nothing: " + said));
    }

    private static StepFailure differs(
            ServicePlan plan, DataItem item, Map<String, List<String>> differences, List<String> said) {
        String all = differences.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + names(entry.getValue(), more(entry.getKey(), said)))
                .collect(Collectors.joining("; "));
        return new StepFailure.Rejected(
                DIFFERS,
                "What was restored of data item '" + item.name() + "' on " + plan.host(item)
                        + " is not what the backup holds: " + all
                        + ". It is beside the data, which was not touched. Look at the server of the data and its log, then retry, or"
                        + " choose another backup.");
    }

    /** As many as are read in a sentence. */
    private static String names(List<String> names, int more) {
        StringBuilder shown = new StringBuilder(names.get(0));
        int next = 1;
        while (next < names.size() && shown.length() + names.get(next).length() < WORDS) {
            shown.append(", ").append(names.get(next++));
        }
        int left = names.size() - next + more;
        return shown + (left == 0 ? "" : " and " + left + " more");
    }

    private static int more(String kind, List<String> said) {
        return said.stream()
                .filter(line -> line.startsWith("more ") && line.endsWith(" " + kind))
                .mapToInt(line -> Integer.parseInt(line.split(" ")[1]))
                .sum();
    }
}
