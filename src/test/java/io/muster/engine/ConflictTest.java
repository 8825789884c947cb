package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Two branches that meet at a join at the same moment: one of them is rolled back by the engine. */
class ConflictTest extends EngineTest {

    @Autowired
    ProcessEngine engine;

    @Test
    void itIsTriedAgainAtOnceAndUsesNoRetryUp() {
        String key = unique("conflict");
        deploy(process(key)
                .startEvent("requested")
                .serviceTask("say-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", key)
                .endEvent("done")
                .done());
        ProcessInstance run = start(key, Map.of());
        int retries = job(run).getRetries();
        ProcessEngineConfigurationImpl configuration =
                (ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration();
        configuration
                .getCommandExecutorTxRequired()
                .execute(configuration
                        .getFailedJobCommandFactory()
                        .getCommand(job(run).getId(), new OptimisticLockingException("Another branch was first.")));

        JobEntity job = (JobEntity) job(run);
        assertThat(job.getRetries()).isEqualTo(retries);
        assertThat(job.getLockExpirationTime()).isNull();
        assertThat(job.getDuedate()).isNull();
        runJob(run);
        assertThat(ended(run)).isTrue();
    }
}
