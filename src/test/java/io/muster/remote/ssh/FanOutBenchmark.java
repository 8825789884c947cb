package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.bench.Figures;
import io.muster.sandbox.TestNetworks;
import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import io.muster.steps.Targets;
import io.muster.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.impl.BpmnModelConstants;
import org.camunda.bpm.model.bpmn.instance.MultiInstanceLoopCharacteristics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;

/**
 * One durable command on each of many hosts: a fan-out of {@code sshCommand} in a run, from its start to its end, journal and
 * all, beside Ansible's {@code command} module, in turns. Fifty at once on both sides.
 */
class FanOutBenchmark {

    private static final int AT_ONCE = 50;
    /** One sshd listens on sixteen addresses at most; the first is its own. */
    private static final int EACH = 15;

    private static final int TURNS = Integer.getInteger("bench.turns", 3);

    @TempDir
    Path directory;

    private final String network = TestNetworks.free();
    private final List<OpenSshServer> servers = new ArrayList<>();

    /** No component by itself: tests of this package scan for components. */
    @EnableAutoConfiguration(
            excludeName = {
                "org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration",
                "org.camunda.bpm.spring.boot.starter.webapp.CamundaBpmWebappAutoConfiguration"
            })
    @ComponentScan(
            basePackages = {
                "io.muster.engine",
                "io.muster.inventory",
                "io.muster.storage",
                "io.muster.remote",
                "io.muster.steps.ssh"
            },
            excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*(Test|StorageApplication).*"))
    @Import({InputBinder.class, StepCatalogue.class, Targets.class})
    static class Server {
        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }
    }

    @Test
    void fiftyAndTwoHundredHosts() throws Exception {
        assumeTrue(Files.isExecutable(OpenSshServer.BINARY), "openssh-server is not installed");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ansible")), "ansible-core is not installed");
        Figures figures = new Figures(
                "fan-out", "hosts", "fan-out, new connections, s", "open connections", "ansible -f 50, new", "open");
        int most = 200;
        try (TestDatabase database = TestDatabase.create()) {
            for (int from = 1; from <= most; from += EACH) {
                servers.add(server(from));
            }
            try (ConfigurableApplicationContext server = server(database, most)) {
                server.getBean(ProcessEngine.class)
                        .getRepositoryService()
                        .createDeployment()
                        .addModelInstance("fan-out.bpmn", fanOut())
                        .deploy();
                run(server, 3);
                for (int hosts : new int[] {50, most}) {
                    compare(figures, server, hosts);
                }
            }
        } finally {
            for (OpenSshServer server : servers) {
                server.close();
            }
        }
        figures.print();
    }

    private void compare(Figures figures, ConfigurableApplicationContext server, int hosts) throws Exception {
        List<List<Double>> seconds =
                List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Path inventory = ansible(hosts);
        for (int turn = 0; turn < TURNS; turn++) {
            server.getBean(SshPool.class).connections().forEach(SshConnection::close);
            seconds.get(0).add(seconds(() -> run(server, hosts)));
            seconds.get(1).add(seconds(() -> run(server, hosts)));
            Path sockets = Files.createDirectory(directory.resolve("cp-" + hosts + "-" + turn));
            seconds.get(2).add(seconds(() -> ansible(inventory, sockets)));
            seconds.get(3).add(seconds(() -> ansible(inventory, sockets)));
        }
        List<String> row = new ArrayList<>(List.of(Integer.toString(hosts)));
        seconds.forEach(times -> row.add(Figures.of(times, 2)));
        figures.row(row.toArray(String[]::new));
    }

    /** For the addresses from this one on. */
    private OpenSshServer server(int from) throws Exception {
        List<String> settings = new ArrayList<>(List.of("MaxStartups 1000"));
        IntStream.range(from, from + EACH).forEach(n -> settings.add("ListenAddress " + address(n) + ":${port}"));
        Path place = Files.createDirectory(directory.resolve("sshd" + from));
        return new OpenSshServer(place, settings.toArray(String[]::new));
    }

    private OpenSshServer of(int n) {
        return servers.get((n - 1) / EACH);
    }

    private String address(int n) {
        return network + ".4." + n;
    }

    private ConfigurableApplicationContext server(TestDatabase database, int hosts) throws IOException {
        StringBuilder inventory = new StringBuilder("version: 1\nenvironments:\n  lab:\n    hosts:\n");
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        for (int n = 1; n <= hosts; n++) {
            inventory
                    .append("      host-" + n + ":\n        ssh:\n          address: " + address(n)
                            + "\n          port: ")
                    .append(of(n).port() + "\n          user: " + of(n).user() + "\n          host-keys: [\"")
                    .append(of(n).hostKey() + "\"]\n          private-key: secret:key-" + of(n).port() + "\n");
            secret(secrets.resolve("key-" + of(n).port()), of(n).privateKey());
        }
        return new SpringApplicationBuilder(Server.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.datasource.url=" + database.url(),
                        "--spring.datasource.username=" + database.user(),
                        "--spring.datasource.password=" + database.password(),
                        "--muster.data-dir=" + directory.resolve("data"),
                        "--muster.inventory=" + Files.writeString(directory.resolve("inventory.yaml"), inventory),
                        "--muster.secrets-dir=" + secrets,
                        "--muster.admin.user=bench",
                        "--muster.admin.password=Correct-Horse-7-Staple",
                        "--muster.steps.at-once=" + AT_ONCE,
                        "--logging.level.root=warn");
    }

    private static void secret(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static BpmnModelInstance fanOut() {
        BpmnModelInstance model = Bpmn.createExecutableProcess("fan-out")
                .camundaHistoryTimeToLive(null)
                .startEvent("requested")
                .serviceTask("each")
                .camundaDelegateExpression("${sshCommand}")
                .camundaInputParameter("host", "${host}")
                .camundaInputParameter("command", "true")
                .multiInstance()
                .parallel()
                .camundaAsyncBefore()
                .camundaAsyncAfter()
                .camundaCollection("${hosts}")
                .camundaElementVariable("host")
                .multiInstanceDone()
                .endEvent("done")
                .done();
        model.getModelElementsByType(MultiInstanceLoopCharacteristics.class)
                .forEach(loop -> loop.setAttributeValueNs(BpmnModelConstants.CAMUNDA_NS, "exclusive", "false"));
        return model;
    }

    private static void run(ConfigurableApplicationContext server, int hosts) {
        ProcessEngine engine = server.getBean(ProcessEngine.class);
        List<String> names =
                IntStream.rangeClosed(1, hosts).mapToObj(n -> "host-" + n).toList();
        String run = engine.getRuntimeService()
                .startProcessInstanceByKey("fan-out", Map.of("environment", "lab", "hosts", new ArrayList<>(names)))
                .getId();
        await().atMost(Duration.ofMinutes(10))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> engine.getRuntimeService()
                                .createProcessInstanceQuery()
                                .processInstanceId(run)
                                .count()
                        == 0);
        assertThat(engine.getHistoryService()
                        .createHistoricActivityInstanceQuery()
                        .processInstanceId(run)
                        .activityId("each")
                        .finished()
                        .count())
                .isEqualTo(hosts);
    }

    private Path ansible(int hosts) throws IOException {
        StringBuilder inventory = new StringBuilder();
        for (int n = 1; n <= hosts; n++) {
            inventory
                    .append("host-" + n + " ansible_host=" + address(n) + " ansible_port=" + of(n).port())
                    .append(" ansible_user=" + of(n).user() + " ansible_ssh_private_key_file=")
                    .append(directory.resolve("secrets").resolve("key-" + of(n).port()))
                    .append(" ansible_python_interpreter=/usr/bin/python3\n");
        }
        return Files.writeString(directory.resolve("ansible-" + hosts + ".ini"), inventory);
    }

    private static void ansible(Path inventory, Path sockets) {
        try {
            Tool.run(
                    Map.of(
                            "ANSIBLE_HOST_KEY_CHECKING", "False",
                            "ANSIBLE_PIPELINING", "True",
                            "ANSIBLE_SSH_CONTROL_PATH_DIR", sockets.toString()),
                    "",
                    "ansible",
                    "all",
                    "-i",
                    inventory.toString(),
                    "-m",
                    "command",
                    "-a",
                    "true",
                    "-f",
                    Integer.toString(AT_ONCE),
                    "-o");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static double seconds(Runnable work) {
        long started = System.nanoTime();
        work.run();
        return (System.nanoTime() - started) / 1e9;
    }
}
