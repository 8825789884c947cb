package io.muster.engine;

import io.muster.journal.JournalReader;
import io.muster.journal.StepRun;
import io.muster.storage.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.builder.ProcessBuilder;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A test on a real engine whose jobs are run by hand. */
@SpringBootTest(
        classes = TestServer.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"camunda.bpm.job-execution.enabled=false", "muster.sandbox.active=true"})
abstract class EngineTest {

    static final String SECRET = "hunter2-is-secret";
    private static final AtomicInteger COUNT = new AtomicInteger();

    @Autowired
    RepositoryService repository;

    @Autowired
    RuntimeService runtime;

    @Autowired
    ManagementService management;

    @Autowired
    TaskService tasks;

    @Autowired
    HistoryService history;

    @Autowired
    IdentityService identity;

    @Autowired
    JournalReader journal;

    @Autowired
    TestClock clock;

    @LocalServerPort
    int port;

    @DynamicPropertySource
    static void server(DynamicPropertyRegistry registry) {
        // Called once for each context, so each has a database of its own.
        TestDatabase.create().register(registry);
        registry.add("muster.admin.user", () -> "first.admin");
        registry.add("muster.admin.password", () -> "Correct-Horse-7-Staple");
        registry.add("muster.inventory", () -> TestInventory.file().toString());
        registry.add("muster.secrets-dir", () -> TestInventory.secrets().toString());
    }

    @AfterEach
    void nobodyIsLoggedIn() {
        identity.clearAuthentication();
        clock.reset();
    }

    static String unique(String prefix) {
        return prefix + "-" + COUNT.incrementAndGet();
    }

    static ProcessBuilder process(String id) {
        return Bpmn.createExecutableProcess(id).name(id).camundaHistoryTimeToLive(null);
    }

    void deploy(BpmnModelInstance model) {
        repository
                .createDeployment()
                .name("test")
                .addModelInstance(unique("diagram") + ".bpmn", model)
                .deploy();
    }

    ProcessInstance start(String key) {
        return start(key, Map.of());
    }

    ProcessInstance start(String key, Map<String, Object> variables) {
        return runtime.startProcessInstanceByKey(key, new HashMap<>(variables));
    }

    <T> T as(String user, Callable<T> call) {
        identity.setAuthentication(
                user,
                identity.createGroupQuery().groupMember(user).list().stream()
                        .map(group -> group.getId())
                        .toList());
        try {
            return call.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            identity.clearAuthentication();
        }
    }

    void as(String user, Runnable call) {
        as(user, () -> {
            call.run();
            return null;
        });
    }

    Job job(ProcessInstance run) {
        return management.createJobQuery().processInstanceId(run.getId()).singleResult();
    }

    void runJob(ProcessInstance run) {
        management.executeJob(job(run).getId());
    }

    /** Runs the run's only job, which fails. */
    RuntimeException failJob(ProcessInstance run) {
        try {
            runJob(run);
        } catch (RuntimeException e) {
            return e;
        }
        throw new AssertionError("The job did not fail");
    }

    Task task(ProcessInstance run) {
        return tasks.createTaskQuery().processInstanceId(run.getId()).singleResult();
    }

    Incident incident(ProcessInstance run) {
        return runtime.createIncidentQuery().processInstanceId(run.getId()).singleResult();
    }

    List<StepRun> steps(ProcessInstance run) {
        return journal.steps(run.getId());
    }

    boolean ended(ProcessInstance run) {
        return runtime.createProcessInstanceQuery()
                        .processInstanceId(run.getId())
                        .count()
                == 0;
    }

    /** The inventory that tests run with. */
    static final class TestInventory {

        private static final Path DIRECTORY = directory();

        private TestInventory() {}

        static Path file() {
            return DIRECTORY.resolve("inventory.yaml");
        }

        static Path secrets() {
            return DIRECTORY;
        }

        private static Path directory() {
            try {
                Path directory = Files.createTempDirectory("muster-engine-test");
                Files.writeString(directory.resolve("sample"), SECRET);
                Files.writeString(directory.resolve("inventory.yaml"), YAML);
                return directory;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static final String YAML =
                """
                version: 1
                environments:
                  prod:
                    hosts:
                      apps-01:
                        ssh:
                          address: 127.0.0.3
                          user: root
                          host-keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn"]
                          private-key: secret:sample
                        class: core
                        docker: {endpoint: ssh}
                        persistent-storage: [/srv/persistent]
                      trial-01:
                        ssh:
                          address: 127.0.0.4
                          user: root
                          host-keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn"]
                          private-key: secret:sample
                        class: experimental
                        docker: {endpoint: ssh}
                        persistent-storage: [/srv/persistent]
                    services:
                      trial:
                        image: registry.test:5000/trial
                        class: experimental
                        container: trial-01
                        promotion: {container: apps-01, class: core}
                      notes:
                        image: registry.test:5000/notes
                        class: core
                        container: apps-01
                      wiki:
                        image: registry.test:5000/wiki
                        class: core
                        container: apps-01
                  lab:
                    approval: {mode: self-after-delay, delay: PT1H}
                """;
    }
}
