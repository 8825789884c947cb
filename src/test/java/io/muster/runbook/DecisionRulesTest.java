package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Decision tables. */
class DecisionRulesTest {

    private static final String FILE = "processes/container-class.dmn";

    @Test
    void aDecisionTableSaysHowItChooses() {
        assertThat(changing(" hitPolicy=\"FIRST\"", ""))
                .containsExactly(
                        "decision container-class: The decision table does not say which of several rules that match is taken."
                                + " Set its hit policy, for example UNIQUE or FIRST.");
    }

    @Test
    void aDecisionHasAnIdANameAndKeepsItsHistory() {
        assertThat(changing(" name=\"Container class\" camunda:historyTimeToLive=\"P365D\"", " name=\"\""))
                .containsExactly(
                        "history-time-to-live container-class: The decision does not say for how many days its history is kept. Set"
                                + " camunda:historyTimeToLive, for example \"P365D\".",
                        "element-name container-class: It has no name. Name what it decides: 'Container class'.");
        assertThat(changing("id=\"container-class\"", "id=\"Decision_1\""))
                .contains(
                        "element-id Decision_1: The id 'Decision_1' is not in kebab-case. Use lower case with hyphens:"
                                + " 'container-class-placement'.");
    }

    @Test
    void expressionsAreInFeel() {
        assertThat(changing("<inputExpression id=\"ie1\"", "<inputExpression id=\"ie1\" expressionLanguage=\"groovy\""))
                .singleElement()
                .asString()
                .contains("It is written in 'groovy'. Write it in FEEL, and remove the expression language.");
        assertThat(changing("<text>\"core\",\"monitoring\"</text>", "<text>\"core\" or (</text>"))
                .singleElement()
                .asString()
                .contains(
                        "The expression '\"core\" or (' is not FEEL. Write texts in double quotes, and several values with commas:"
                                + " \"core\",\"monitoring\".");
        assertThat(changing("<text>\"core\"</text>", "<text>\"core</text>"))
                .singleElement()
                .asString()
                .contains("The expression '\"core' is not FEEL.");
    }

    @Test
    void anotherDmnVersionIsRefused() {
        assertThat(changing(
                        "https://www.omg.org/spec/DMN/20191111/MODEL/", "http://www.omg.org/spec/DMN/20180521/MODEL/"))
                .contains(
                        "schema : It is not a DMN 1.3 file with a decision. Save it with Camunda Modeler as a Camunda 7 decision.");
    }

    @Test
    void whatDmnDoesNotAllowIsRefused() {
        assertThat(changing("<outputEntry id=\"l1\"><text>\"core\"</text></outputEntry>", ""))
                .singleElement()
                .asString()
                .startsWith("schema : The file does not follow its standard: ");
    }

    @Test
    void aDecisionIsDefinedOnce() {
        assertThat(Lint.lint(new Sample().with("processes/second.dmn", Sample.DMN)))
                .containsExactly("duplicate-id container-class: The decision 'container-class' is defined in"
                        + " processes/container-class.dmn too. Rename one of them.");
    }

    private static List<String> changing(String text, String by) {
        return Lint.lint(new Sample().changing(FILE, text, by));
    }
}
