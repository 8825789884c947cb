package io.muster.runbook;

/**
 * One thing that is wrong with a runbook.
 *
 * @param file relative to the folder of runbooks: {@code processes/deploy/service-deployment.bpmn}
 * @param line where it is in the file, 0 where that is not known
 * @param element the id of the element in the diagram, empty when it is about the whole file
 * @param name the element's name, may be empty
 * @param message what is wrong, a sentence
 * @param fix what to do, a sentence
 */
public record Violation(String file, int line, String element, String name, Rule rule, String message, String fix) {

    /** {@code processes/x.bpmn:12 'pull-image' (Pull the image): What is wrong. What to do. [async-before]} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
        }
        if (!element.isEmpty()) {
            text.append(" '").append(element).append('\'');
        }
        if (!name.isBlank()) {
            text.append(" (").append(name.strip().replaceAll("\\s+", " ")).append(')');
        }
        return text.append(": ")
                .append(message)
                .append(' ')
                .append(fix)
                .append(" [")
                .append(rule.id())
                .append(']')
                .toString();
    }
}
