package io.muster.steps;

import io.muster.step.RunFacts;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What people approved, answered and decided in a run, for its documents. */
public final class People {

    private People() {}

    /** Sections with headings; those of which there is nothing to say are left out, approvals are not. */
    public static String sections(RunFacts.Facts run) {
        return "\n## Approvals\n\n"
                + (run.approvals().isEmpty() ? "Nothing had to be approved.\n" : lines(run.approvals(), People::line))
                + section("What people answered", run.answers(), People::line)
                + section("Decisions about failed steps", run.decisions(), People::line);
    }

    private static <T> String section(String title, List<T> entries, Function<T, String> line) {
        return entries.isEmpty() ? "" : "\n## " + title + "\n\n" + lines(entries, line);
    }

    private static <T> String lines(List<T> entries, Function<T, String> line) {
        return entries.stream().map(entry -> "- " + line.apply(entry) + "\n").collect(Collectors.joining());
    }

    /** {@code **Approve wipe** (in service-wipe): approved by approver at 2026-01-01 00:00:00 UTC: fine}. */
    public static String line(RunFacts.ApprovalFact approval) {
        return title(approval.in(), approval.title()) + (approval.approved() ? "approved" : "rejected") + " by "
                + Markdown.inline(approval.by()) + " at " + Markdown.time(approval.at())
                + (approval.self() ? " (the starter, alone, after the delay)" : "")
                + said(approval.comment());
    }

    private static String line(RunFacts.AnswerFact answer) {
        String values = answer.values().entrySet().stream()
                .map(value -> value.getKey() + " = " + shown(value.getValue()))
                .collect(Collectors.joining("; "));
        return title(answer.in(), answer.title()) + "answered by " + Markdown.inline(answer.by()) + " at "
                + Markdown.time(answer.at()) + said(values);
    }

    private static String shown(String value) {
        return switch (value) {
            case "true" -> "yes";
            case "false" -> "no";
            case "" -> "–";
            default -> value;
        };
    }

    private static String line(RunFacts.DecisionFact decision) {
        String choice = decision.choice().isEmpty()
                ? "not decided; asked"
                : decision.choice().toLowerCase(Locale.ROOT).replace('_', ' ');
        return title(decision.in(), decision.title()) + Markdown.inline(decision.target()) + " failed ("
                + Markdown.inline(decision.reason()) + "): " + choice
                + decision.by().map(by -> " by " + Markdown.inline(by)).orElse("") + " at "
                + Markdown.time(decision.at()) + said(decision.why().orElse(""));
    }

    private static String title(String in, String title) {
        return "**" + Markdown.inline(title) + "**" + (in.isEmpty() ? "" : " (in " + Markdown.inline(in) + ")") + ": ";
    }

    private static String said(String text) {
        return text.isBlank() ? "" : ": " + Markdown.inline(text);
    }
}
