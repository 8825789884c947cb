package io.muster.steps.report;

/** Text in Markdown that cannot become markup. */
final class Markdown {

    private Markdown() {}

    /** For a cell of a table or within a line. */
    static String inline(String text) {
        return text.replace("\\", "\\\\")
                .replaceAll("([`*_\\[\\]<>|#])", "\\\\$1")
                .replaceAll("\\s*\\R\\s*", " ")
                .strip();
    }

    /** For what a person wrote over several lines: each line quoted. */
    static String quote(String text) {
        return text.strip()
                .lines()
                .map(line -> "> " + line.replace("<", "&lt;"))
                .reduce((a, b) -> a + "\n" + b)
                .orElse("> –");
    }
}
