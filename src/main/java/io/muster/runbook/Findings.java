package io.muster.runbook;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one file. */
final class Findings {

    private final String file;
    private final List<Violation> violations = new ArrayList<>();

    Findings(String file) {
        this.file = file;
    }

    /** About an element, or about something inside it: the nearest element that people see in the diagram is named. */
    void add(Rule rule, XmlNode node, String message, String fix) {
        XmlNode shown = node.nearestShown();
        violations.add(
                new Violation(file, node.line(), shown.attribute("id"), shown.attribute("name"), rule, message, fix));
    }

    /** About the file as a whole. */
    void add(Rule rule, int line, String message, String fix) {
        violations.add(new Violation(file, line, "", "", rule, message, fix));
    }

    List<Violation> all() {
        return violations;
    }
}
