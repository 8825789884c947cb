package io.muster.steps.drill;

/** Text within a line or cell of Markdown that cannot become markup. */
final class Line {

    private Line() {}

    static String of(String text) {
        return text.replace("\\", "\\\\")
                .replaceAll("([`*_\\[\\]<>|#])", "\\\\$1")
                .replaceAll("\\s*\\R\\s*", " ")
                .strip();
    }
}
