package io.muster.engine;

import io.muster.journal.RunJournal;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;

/** Journals who answered an ordinary task, and what, in the transaction of its completion. */
final class JournalledAnswers {

    /** Of a value; forms give 4,000 at most. */
    private static final int LONGEST = 8_000;

    private final RunJournal journal;
    private final Clock clock;

    JournalledAnswers(RunJournal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /** What was entered, and not what forms send back as they showed it. */
    void keep(TaskEntity task, Map<String, Object> submitted) {
        RunRules rules = RunRules.of(task.getProcessDefinition());
        Map<String, String> values = new LinkedHashMap<>();
        submitted.keySet().stream().sorted().filter(name -> !rules.fixed(name)).forEach(name -> {
            Object value = DecisionAnswer.value(submitted, name);
            values.put(name, value == null ? "" : shortened(value.toString()));
        });
        journal.answered(new RunJournal.Answer(
                task.getProcessInstanceId(),
                task.getTaskDefinitionKey(),
                Optional.ofNullable(task.getName()).orElse(task.getTaskDefinitionKey()),
                Approvals.currentUser().orElse("engine"),
                clock.instant(),
                values));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
