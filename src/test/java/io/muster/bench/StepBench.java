package io.muster.bench;

import static org.awaitility.Awaitility.await;

import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** An engine whose job executor runs sequences of tasks, one kind a process, as fast as it can. Close it. */
final class StepBench implements AutoCloseable {

    /** Bare service tasks. */
    static final String BARE = "bare";
    /** Steps that do nothing. */
    static final String JOURNALLED = "journalled";
    /** Steps that do nothing, and say so: a line in the log, and an effect. */
    static final String TELLING = "telling";

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration",
                "org.camunda.bpm.spring.boot.starter.webapp.CamundaBpmWebappAutoConfiguration"
            })
    @ComponentScan(
            basePackages = {"io.muster.engine", "io.muster.inventory", "io.muster.storage"},
            excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*(Test|StorageApplication).*"))
    @Import({InputBinder.class, StepCatalogue.class, NoOpSteps.Silent.class, NoOpSteps.Telling.class})
    static class Server {}

    private final ConfigurableApplicationContext server;
    private final ProcessEngine engine;
    private final JobExecutor executor;
    private final ThreadPoolTaskExecutor threads;

    /**
     * @param directory for its files
     * @param tasks how many in a sequence
     */
    StepBench(Path directory, String url, String user, String password, int tasks) throws IOException {
        server = new SpringApplicationBuilder(Server.class)
                .web(WebApplicationType.NONE)
                // As arguments: application.yaml would come before defaults.
                .run(settings(directory, url, user, password).entrySet().stream()
                        .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                        .toArray(String[]::new));
        engine = server.getBean(ProcessEngine.class);
        threads = server.getBean("camundaTaskExecutor", ThreadPoolTaskExecutor.class);
        executor = ((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration()).getJobExecutor();
        executor.shutdown();
        deploy(BARE, null, tasks);
        deploy(JOURNALLED, "${noOp}", tasks);
        deploy(TELLING, "${noOpWithLogAndEffect}", tasks);
    }

    private static Map<String, String> settings(Path directory, String url, String user, String password)
            throws IOException {
        Files.createDirectories(directory);
        Path inventory =
                Files.writeString(directory.resolve("inventory.yaml"), "version: 1\nenvironments:\n  bench: {}\n");
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spring.datasource.url", url);
        settings.put("spring.datasource.username", user);
        settings.put("spring.datasource.password", password);
        settings.put("muster.data-dir", directory.resolve("data").toString());
        settings.put("muster.inventory", inventory.toString());
        settings.put("muster.admin.user", "bench");
        settings.put("muster.admin.password", "Correct-Horse-7-Staple");
        // So that neither side waits for the acquisition of the first jobs.
        settings.put("camunda.bpm.job-execution.max-jobs-per-acquisition", "16");
        settings.put("camunda.bpm.job-execution.wait-time-in-millis", "5");
        settings.put("camunda.bpm.job-execution.max-wait", "5");
        settings.put("camunda.bpm.job-execution.backoff-time-in-millis", "1");
        settings.put("camunda.bpm.job-execution.max-backoff", "5");
        settings.put("logging.level.root", "warn");
        return settings;
    }

    private void deploy(String process, String delegateExpression, int tasks) {
        AbstractFlowNodeBuilder<?, ?> flow = Bpmn.createExecutableProcess(process)
                .camundaHistoryTimeToLive(null)
                .startEvent("requested");
        for (int i = 1; i <= tasks; i++) {
            var task = flow.serviceTask("task-" + i).camundaAsyncBefore();
            flow = delegateExpression == null
                    ? task.camundaClass(NoOpSteps.Bare.class.getName())
                    : task.camundaDelegateExpression(delegateExpression);
        }
        engine.getRepositoryService()
                .createDeployment()
                .addModelInstance(process + ".bpmn", flow.endEvent("done").done())
                .deploy();
    }

    void threads(int count) {
        threads.setMaxPoolSize(Math.max(count, threads.getMaxPoolSize()));
        threads.setCorePoolSize(count);
        threads.setMaxPoolSize(count);
    }

    /** @return seconds from when the job executor may begin until the last instance has ended */
    double round(String process, int instances) {
        for (int i = 0; i < instances; i++) {
            engine.getRuntimeService().startProcessInstanceByKey(process);
        }
        long begin = System.nanoTime();
        executor.start();
        await().atMost(Duration.ofMinutes(10))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> engine.getRuntimeService()
                                .createProcessInstanceQuery()
                                .processDefinitionKey(process)
                                .count()
                        == 0);
        double seconds = (System.nanoTime() - begin) / 1e9;
        executor.shutdown();
        return seconds;
    }

    @Override
    public void close() {
        server.close();
    }
}
