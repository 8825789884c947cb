package io.muster.processes;

import io.muster.journal.JournalReader;
import io.muster.step.InputBinder;
import io.muster.storage.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * A test of the runbooks in {@code processes/}, with their tables and forms, as the server deploys them, on the real engine
 * with its journal and rules. Only the steps' work is scripted. Jobs are run by hand.
 */
@SpringBootTest(
        classes = ProcessTest.Server.class,
        properties = {"camunda.bpm.job-execution.enabled=false", "muster.sandbox.active=true", "muster.runbooks-dir=."})
abstract class ProcessTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final Path INVENTORY = inventory();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ComponentScan(
            basePackages = {
                "io.muster.engine",
                "io.muster.runbook",
                "io.muster.web.security",
                "io.muster.inventory",
                "io.muster.storage"
            },
            excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*(Test|StorageApplication).*"))
    @Import(InputBinder.class)
    static class Server {
        @Bean
        ScriptedSteps steps(InputBinder binder) {
            return new ScriptedSteps(binder);
        }
    }

    @Autowired
    ProcessEngine engine;

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
    ScriptedSteps steps;

    @DynamicPropertySource
    static void server(DynamicPropertyRegistry registry) {
        DATABASE.register(registry);
        registry.add("muster.admin.user", () -> "first.admin");
        registry.add("muster.admin.password", () -> "Correct-Horse-7-Staple");
        registry.add(
                "muster.inventory", () -> INVENTORY.resolve("inventory.yaml").toString());
        registry.add("muster.secrets-dir", INVENTORY::toString);
    }

    @BeforeEach
    void nothingIsScripted() {
        BpmnAwareTests.init(engine);
        steps.reset();
    }

    @AfterEach
    void nobodyIsLoggedInAndNoRunHoldsALock() {
        identity.clearAuthentication();
        runtime.createProcessInstanceQuery()
                .rootProcessInstances()
                .list()
                .forEach(run -> runtime.deleteProcessInstance(run.getId(), "the test is over"));
    }

    ProcessInstance startAs(String user, String runbook, Map<String, Object> variables) {
        return as(user, () -> runtime.startProcessInstanceByKey(runbook, new HashMap<>(variables)));
    }

    void completeAs(String user, ProcessInstance run, Map<String, Object> variables) {
        String task = task(run).getId();
        as(user, () -> {
            tasks.complete(task, new HashMap<>(variables));
            return null;
        });
    }

    <T> T as(String user, Callable<T> call) {
        identity.setAuthentication(
                user,
                identity.createGroupQuery().groupMember(user).list().stream()
                        .map(Group::getId)
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

    /** Runs the run's jobs until a person is asked, it has ended, or a job fails: then with that job's exception. */
    void goOn(ProcessInstance run) {
        List<Job> jobs = jobs(run);
        while (!jobs.isEmpty()) {
            jobs.forEach(job -> management.executeJob(job.getId()));
            jobs = jobs(run);
        }
    }

    /** Runs the run's jobs up to one that fails. */
    RuntimeException goOnToFailure(ProcessInstance run) {
        try {
            goOn(run);
        } catch (RuntimeException e) {
            return e;
        }
        throw new AssertionError("No job failed");
    }

    /** Its own, and those of the runbooks that it called. */
    List<Job> jobs(ProcessInstance run) {
        List<Job> jobs = new ArrayList<>(
                management.createJobQuery().processInstanceId(run.getId()).list());
        runtime.createProcessInstanceQuery().superProcessInstanceId(run.getId()).list().stream()
                .map(this::jobs)
                .forEach(jobs::addAll);
        return jobs;
    }

    Task task(ProcessInstance run) {
        return tasks.createTaskQuery().processInstanceId(run.getId()).singleResult();
    }

    Incident incident(ProcessInstance run) {
        return runtime.createIncidentQuery().processInstanceId(run.getId()).singleResult();
    }

    private static Path inventory() {
        try {
            Path directory = Files.createTempDirectory("muster-process-test");
            Files.writeString(directory.resolve("sample"), "a key");
            Files.writeString(directory.resolve("inventory.yaml"), yaml());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String scheduled(String name, boolean enabled) {
        return """
                  %s:
                    image: registry.test:5000/notes
                    class: core
                    container: apps-01
                    volumes: ["/srv/persistent/%1$s:/data"]
                    recovery: {rpo: PT40H}
                    backup:
                      enabled: %s
                      schedule: {every: PT24H}
                      data: [{name: data, type: files, paths: [/srv/persistent/%1$s]}]
            """
                .formatted(name, enabled);
    }

    private static String yaml() {
        // Each of the same kind, so that tests need not share what was done to one.
        return YAML
                + Stream.of(
                                "daily", "twins", "late", "fresh", "failing", "damaged", "retired", "unknown",
                                "overdue", "itself", "wiped", "ahead")
                        .map(name -> scheduled(name, true))
                        .collect(Collectors.joining())
                + scheduled("paused", false)
                + Stream.of(
                                "tested",
                                "watched",
                                "drilled",
                                "unread",
                                "storied",
                                "pruned",
                                "left",
                                "lost",
                                "halved",
                                "foreseen")
                        .map(name -> scheduled(name, true)
                                .replace("rpo: PT40H", "rpo: PT40H, drill-every: P30D, restore-test-every: P7D"))
                        .collect(Collectors.joining())
                + scheduled("guarded", true)
                        .replace("rpo: PT40H}", "drill-every: P30D, restore-test-every: P7D}\n        protected: true")
                + Stream.of("drill-never", "drill-soon", "drill-started", "drill-gone", "drill-both")
                        .map(ProcessTest::drilled)
                        .collect(Collectors.joining())
                + drilled("drill-full").replace("P90D", "P90D, restore-test-every: P7D");
    }

    private static String drilled(String name) {
        return """
                  %s:
                    image: registry.test:5000/notes
                    class: core
                    container: apps-01
                    recovery: {drill-every: P90D}
            """
                .formatted(name);
    }

    private static final String YAML =
            """
            version: 1
            environments:
              prod:
                backups: {host: new-01, directory: /srv/persistent/backups}
                nodes:
                  proxima: {api: "https://127.0.0.2:8006", token-id: "a@pve!b", token-secret: secret:sample}
                hosts:
                  bare-01:
                    ssh:
                      address: 127.0.0.5
                      user: root
                      host-keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn"]
                      private-key: secret:sample
                    class: core
                    lxc: {node: proxima, vmid: 202}
                  new-01:
                    ssh:
                      address: 127.0.0.4
                      user: root
                      host-keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn"]
                      private-key: secret:sample
                    class: core
                    lxc: {node: proxima, vmid: 201}
                    container:
                      template: local:vztmpl/debian-12.tar.zst
                      storage: local
                      rootfs: 8GiB
                      features: [nesting=1]
                      network: {bridge: vmbr0, address: 127.0.0.4/8}
                      mounts: [{storage: local, size: 4GiB, target: /srv/persistent}]
                    docker: {endpoint: ssh}
                    persistent-storage: [/srv/persistent]
                  apps-01:
                    ssh:
                      address: 127.0.0.3
                      user: root
                      host-keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn"]
                      private-key: secret:sample
                    class: core
                    docker: {endpoint: ssh}
                    persistent-storage: [/srv/persistent]
                services:
                  notes:
                    image: registry.test:5000/notes
                    class: core
                    container: apps-01
            """;
}
