package io.muster.inventory;

import io.muster.inventory.YamlDocument.Mark;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong in one file. */
final class Findings {

    private static final Comparator<Violation> ORDER = Comparator.comparingInt(Violation::line)
            .thenComparingInt(Violation::column)
            .thenComparing(Violation::path)
            .thenComparing(Violation::problem);

    private final String file;
    private final Set<Violation> violations = new LinkedHashSet<>();
    private final Set<String> wrongValues = new HashSet<>();

    Findings(String file) {
        this.file = file;
    }

    void add(Mark mark, String path, String problem) {
        violations.add(new Violation(file, mark.line(), mark.column(), path, problem));
    }

    /** As {@link #add}, at a value: rules about it are then not asked any more. */
    void addWrongValue(YamlDocument document, String pointer, String problem) {
        wrongValues.add(pointer);
        add(document.value(pointer), document.path(pointer), problem);
    }

    /** What stands at a pointer has been reported already. */
    void markWrong(String pointer) {
        wrongValues.add(pointer);
    }

    boolean isWrong(String pointer) {
        return wrongValues.contains(pointer);
    }

    boolean isEmpty() {
        return violations.isEmpty();
    }

    List<Violation> sorted() {
        return violations.stream().sorted(ORDER).toList();
    }
}
