package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import java.util.Optional;
import javax.sql.DataSource;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** A step that another server has begun, when its job comes here. */
class LivingServerTest extends EngineTest {

    @Autowired
    StepJournal steps;

    @Autowired
    DataSource dataSource;

    private ProcessInstance begunBy(String owner) {
        String key = unique("begun");
        deploy(process(key)
                .startEvent()
                .serviceTask("say-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", key)
                .endEvent("said")
                .done());
        ProcessInstance run = start(key);
        steps.open(new StepJournal.NewStepRun(
                run.getId(), run.getId(), job(run).getId(), "say-it", "Say it", "sayAgain", key, owner, "{}"));
        return run;
    }

    private void seen(String owner, String ago) {
        new JdbcTemplate(dataSource)
                .update(
                        "insert into server (owner, seen_at) values (?, clock_timestamp() - ?::interval)"
                                + " on conflict (owner) do update set seen_at = excluded.seen_at",
                        owner,
                        ago);
    }

    @Test
    void aStepOfAServerThatLivesIsLeftAloneThoughItsLockRanOut() {
        ProcessInstance run = begunBy("living");
        seen("living", "1 second");
        int retries = job(run).getRetries();
        assertThatThrownBy(() -> runJob(run)).hasMessageContaining("runs on server living, which is alive");
        assertThat(steps(run)).singleElement().matches(entry -> entry.owner().equals("living") && entry.epoch() == 1);
        assertThat(job(run).getRetries()).isEqualTo(retries);
        assertThat(Optional.ofNullable(incident(run))).isEmpty();
    }

    @Test
    void aStepOfAServerThatWasNotSeenForLongGoesOnHere() {
        ProcessInstance run = begunBy("dead");
        seen("dead", "1 minute");
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(steps(run)).singleElement().matches(entry -> entry.state() == StepRun.State.SUCCEEDED);
    }
}
