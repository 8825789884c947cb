package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.journal.RunJournal;
import io.muster.journal.StepRun;
import io.muster.remote.ssh.OpenSshServer;
import io.muster.steps.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.util.FileSystemUtils;

/** A command on a real OpenSSH server ends with its run, whoever cancels that, and with its time. */
@TestPropertySource(
        properties = {
            "camunda.bpm.job-execution.enabled=true",
            "camunda.bpm.job-execution.lock-time-in-millis=3000",
            "camunda.bpm.job-execution.wait-time-in-millis=100",
            "camunda.bpm.job-execution.max-wait=300"
        })
@ContextConfiguration(
        classes = {TestServer.class, CancelledCommandTest.Ssh.class},
        initializers = CancelledCommandTest.Target.class)
@DirtiesContext
@EnabledIf(value = "hasOpenSsh", disabledReason = "needs sshd: `apt-get install openssh-server`")
class CancelledCommandTest extends HttpTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Two processes beside the shell. */
    private static final String LONG = "echo $$; sleep 1000 & sleep 1000; wait";
    /** They do not go when asked to. */
    private static final String STUBBORN = "trap '' TERM; " + LONG;

    @Configuration(proxyBeanMethods = false)
    @ComponentScan({"io.muster.remote", "io.muster.steps.ssh"})
    @Import(Targets.class)
    static class Ssh {}

    static boolean hasOpenSsh() {
        return Files.isExecutable(Path.of("/usr/sbin/sshd"));
    }

    /** Settings of its own, which count before those of {@link EngineTest}. */
    static final class Target implements ApplicationContextInitializer<ConfigurableApplicationContext> {
        @Override
        public void initialize(ConfigurableApplicationContext context) {
            try {
                Path directory = Files.createTempDirectory("muster-cancelled");
                OpenSshServer server = new OpenSshServer(Files.createDirectory(directory.resolve("sshd")));
                context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("target", settings(directory, server)));
                ((DefaultSingletonBeanRegistry) context.getBeanFactory()).registerDisposableBean("sshd", () -> {
                    server.close();
                    FileSystemUtils.deleteRecursively(directory);
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Map<String, Object> settings(Path directory, OpenSshServer server) throws IOException {
        Path key = Files.writeString(directory.resolve("key"), server.privateKey());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path inventory = Files.writeString(
                directory.resolve("inventory.yaml"),
                """
                version: 1
                environments:
                  lab:
                    hosts:
                      target:
                        ssh:
                          address: 127.0.0.1
                          port: %d
                          user: %s
                          host-keys: ["%s"]
                          private-key: secret:key
                """
                        .formatted(server.port(), server.user(), server.hostKey()));
        return Map.of(
                "muster.inventory", inventory.toString(),
                "muster.secrets-dir", directory.toString(),
                "muster.data-dir", directory.resolve("data").toString(),
                "muster.ssh.command-directory", directory.resolve("commands").toString());
    }

    private ProcessInstance started(String command, String timeout) {
        String key = unique("command");
        deploy(process(key)
                .startEvent()
                .serviceTask("work")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sshCommand}")
                .camundaInputParameter("host", "target")
                .camundaInputParameter("command", command)
                .camundaInputParameter("timeout", timeout)
                .endEvent("done")
                .done());
        return as("operator", () -> start(key, Map.of("environment", "lab")));
    }

    /** The process group of the command on the target, when it runs. */
    private String group(ProcessInstance run) {
        await().atMost(PATIENCE).until(() -> !output(run).isEmpty());
        String group = output(run);
        await().atMost(PATIENCE).until(() -> inSession(sessionOf(group)) >= 3);
        return group;
    }

    private String output(ProcessInstance run) {
        return steps(run).stream()
                .flatMap(step -> journal.log(step.id(), 0, 10).stream())
                .filter(line -> line.stream().equals("out"))
                .map(line -> line.text())
                .collect(Collectors.joining());
    }

    /** State, parent, group, session; none of a process that is gone. */
    private static String[] fields(String process) {
        try {
            String stat = Files.readString(Path.of("/proc", process, "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        } catch (IOException gone) {
            return new String[] {"Z", "", "", "gone " + process};
        }
    }

    private static String sessionOf(String process) {
        return fields(process)[3];
    }

    private static long inSession(String session) throws IOException {
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .map(CancelledCommandTest::fields)
                    .filter(fields -> fields[3].equals(session) && !fields[0].equals("Z"))
                    .count();
        }
    }

    private void isGoneAndSaid(ProcessInstance run, String session, String reason) throws IOException {
        await().atMost(PATIENCE).until(() -> steps(run).get(0).state() == StepRun.State.FAILED);
        StepRun.Failure failure = steps(run).get(0).failure().orElseThrow();
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.message()).contains("was killed and is gone");
        assertThat(inSession(session)).isZero();
    }

    private void isAborted(ProcessInstance run) {
        assertThat(journal.run(run.getId()).orElseThrow().endState()).contains(RunJournal.EndState.ABORTED);
        assertThat(ended(run)).isTrue();
        assertThat(incident(run)).isNull();
    }

    @Test
    void whoMayNotCancelDoesNotAndWhoMayEndsAlsoWhatDoesNotGoWhenAsked() throws IOException {
        ProcessInstance run = started(STUBBORN, "PT10M");
        String session = sessionOf(group(run));
        String path = "/engine-rest/process-instance/" + run.getId();
        for (String user : List.of("approver", "auditor", "author", "admin")) {
            assertThat(send(user, "DELETE", path, Map.of()).status()).as(user).isEqualTo(403);
        }
        assertThat(inSession(session)).isGreaterThanOrEqualTo(3);

        assertThat(send("operator", "DELETE", path, Map.of()).status()).isEqualTo(204);
        isGoneAndSaid(run, session, "Cancelled");
        isAborted(run);
    }

    /** Cockpit leaves out the listeners of diagrams unless it is told otherwise; the journal is none of them. */
    @Test
    void cancelledInCockpit() throws IOException {
        ProcessInstance run = started(LONG, "PT10M");
        String session = sessionOf(group(run));
        String path = "/camunda/api/engine/engine/default/process-instance/" + run.getId();
        assertThat(new Session("operator")
                        .delete(path + "?skipCustomListeners=true&skipIoMappings=true")
                        .status())
                .isEqualTo(204);
        isGoneAndSaid(run, session, "Cancelled");
        isAborted(run);
    }

    @Test
    void afterItsTime() throws IOException {
        ProcessInstance run = started(LONG, "PT5S");
        String session = sessionOf(group(run));
        isGoneAndSaid(run, session, "TimedOut");
        await().atMost(PATIENCE).until(() -> incident(run) != null);
        assertThat(incident(run).getIncidentMessage()).startsWith("TimedOut: ");
        assertThat(task(run).getTaskDefinitionKey()).isEqualTo("decide-failed-step");
        assertThat(journal.run(run.getId()).orElseThrow().endState()).isEmpty();
    }
}
