package io.muster.bench;

import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import io.muster.storage.LocalPostgres;
import io.muster.storage.Migrations;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * What the journal costs: sequences of steps that do nothing beside sequences of bare service tasks, in turns, in one
 * engine, run by its job executor on one PostgreSQL that syncs to disk.
 */
class StepBenchmark {

    private static final int TASKS = 20;
    private static final int INSTANCES = Integer.getInteger("bench.instances", 60);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final int[] THREADS = Arrays.stream(
                    System.getProperty("bench.threads", "1,8").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    private static final Path DIRECTORY = Path.of("target", "bench", "steps").toAbsolutePath();

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

    private record Measured(
            List<Double> millis, List<Double> perSecond, List<Double> serverMillis, List<Double> databaseMillis) {
        Measured() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    @Test
    void aJournalledStepBesideABareServiceTask() throws IOException {
        Files.createDirectories(DIRECTORY);
        try (LocalPostgres postgres = LocalPostgres.start(DIRECTORY)) {
            new Migrations(dataSource(postgres)).migrate();
            try (ConfigurableApplicationContext server = server(postgres)) {
                measure(
                        server.getBean(ProcessEngine.class),
                        server.getBean("camundaTaskExecutor", ThreadPoolTaskExecutor.class));
            }
        }
    }

    private static PGSimpleDataSource dataSource(LocalPostgres postgres) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(postgres.url());
        dataSource.setUser(postgres.user());
        dataSource.setPassword(postgres.password());
        return dataSource;
    }

    private static ConfigurableApplicationContext server(LocalPostgres postgres) throws IOException {
        Path inventory = DIRECTORY.resolve("inventory.yaml");
        Files.writeString(inventory, "version: 1\nenvironments:\n  bench: {}\n");
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("spring.datasource.url", postgres.url());
        settings.put("spring.datasource.username", postgres.user());
        settings.put("spring.datasource.password", postgres.password());
        settings.put("muster.data-dir", DIRECTORY.resolve("data").toString());
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
        return new SpringApplicationBuilder(Server.class)
                .web(WebApplicationType.NONE)
                .properties(settings)
                .run();
    }

    private static void measure(ProcessEngine engine, ThreadPoolTaskExecutor threads) throws IOException {
        JobExecutor executor =
                ((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration()).getJobExecutor();
        executor.shutdown();
        deploy(engine, "bare", null);
        deploy(engine, "journalled", "${noOp}");
        deploy(engine, "telling", "${noOpWithLogAndEffect}");
        List<String> kinds = List.of("bare", "journalled", "telling");
        Figures figures = new Figures(
                "steps",
                "threads",
                "task",
                "ms a task, median (min–max)",
                "tasks a second",
                "times the bare task",
                "processor time of the server, ms a task",
                "of PostgreSQL");
        for (int count : THREADS) {
            threads.setMaxPoolSize(Math.max(count, threads.getMaxPoolSize()));
            threads.setCorePoolSize(count);
            threads.setMaxPoolSize(count);
            kinds.forEach(kind -> round(engine, executor, kind, INSTANCES));
            Map<String, Measured> measured = new LinkedHashMap<>();
            for (int i = 0; i < ROUNDS; i++) {
                for (String kind : kinds) {
                    Measured one = measured.computeIfAbsent(kind, it -> new Measured());
                    double server = serverSeconds();
                    double database = databaseSeconds();
                    double seconds = round(engine, executor, kind, INSTANCES);
                    one.millis.add(seconds * 1000 / (INSTANCES * TASKS));
                    one.perSecond.add(INSTANCES * TASKS / seconds);
                    one.serverMillis.add((serverSeconds() - server) * 1000 / (INSTANCES * TASKS));
                    one.databaseMillis.add((databaseSeconds() - database) * 1000 / (INSTANCES * TASKS));
                }
            }
            report(figures, count, measured);
        }
        figures.print();
    }

    private static void report(Figures figures, int threads, Map<String, Measured> measured) {
        List<Double> bare = measured.get("bare").millis;
        measured.forEach((kind, one) -> {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < bare.size(); i++) {
                ratios.add(one.millis.get(i) / bare.get(i));
            }
            figures.row(
                    Integer.toString(threads),
                    kind,
                    Figures.of(one.millis, 2),
                    Figures.of(one.perSecond, 0),
                    Figures.of(ratios, 2),
                    Figures.of(one.serverMillis, 2),
                    Figures.of(one.databaseMillis, 2));
        });
    }

    private static double serverSeconds() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** Of its sessions and its own processes; the pools keep their sessions. */
    private static double databaseSeconds() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::info)
                .filter(info -> info.command().orElse("").startsWith(DIRECTORY.toString()))
                .flatMap(info -> info.totalCpuDuration().stream())
                .mapToDouble(time -> time.toNanos() / 1e9)
                .sum();
    }

    /** @return seconds from when the job executor may begin until the last instance has ended */
    private static double round(ProcessEngine engine, JobExecutor executor, String process, int instances) {
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

    private static void deploy(ProcessEngine engine, String process, String delegateExpression) {
        AbstractFlowNodeBuilder<?, ?> flow = Bpmn.createExecutableProcess(process)
                .camundaHistoryTimeToLive(null)
                .startEvent("requested");
        for (int i = 1; i <= TASKS; i++) {
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
}
