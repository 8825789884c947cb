package io.muster.runbook;

import java.util.List;

/** Lints a sample and gives each violation as {@code rule element: what is wrong. What to do.} */
final class Lint {

    private Lint() {}

    static List<String> lint(Sample sample) {
        return TestSteps.linter().lint(sample.files()).stream()
                .map(violation -> violation.rule().id() + " " + violation.element() + ": " + violation.message() + " "
                        + violation.fix())
                .toList();
    }

    /** Of the main diagram with one text replaced. */
    static List<String> replacing(String text, String by) {
        return lint(Sample.replacing(text, by));
    }
}
