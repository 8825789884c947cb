package io.muster.steps.target;

import java.util.Comparator;
import java.util.List;

/** The findings as a document: what is wrong first. */
final class FindingsPage {

    private FindingsPage() {}

    static String of(String environment, String summary, List<Finding> findings) {
        StringBuilder page =
                new StringBuilder("# Targets of ").append(cell(environment)).append("\n\n");
        page.append(cell(summary))
                .append("\n\n| | target | check | found | wanted | what to do |\n|---|---|---|---|---|---|\n");
        findings.stream().sorted(Comparator.comparing(Finding::ok)).forEach(finding -> page.append("| ")
                .append(finding.ok() ? "ok" : "**not ready**")
                .append(" | ")
                .append(cell(finding.target()))
                .append(" | ")
                .append(cell(finding.check()))
                .append(" | ")
                .append(cell(finding.found()))
                .append(" | ")
                .append(cell(finding.wanted()))
                .append(" | ")
                .append(cell(finding.advice()))
                .append(" |\n"));
        return page.toString();
    }

    private static String cell(String text) {
        return text.replace("\\", "\\\\")
                .replaceAll("([`*_\\[\\]<>|#])", "\\\\$1")
                .replaceAll("\\s*\\R\\s*", " ")
                .strip();
    }
}
