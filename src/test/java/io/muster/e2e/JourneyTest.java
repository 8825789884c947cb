package io.muster.e2e;

import io.muster.MusterApplication;
import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.sandbox.Sandbox;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;

/** A test on a whole server with its sandbox; all such tests of a build share one. */
@SpringBootTest(
        classes = MusterApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        useMainMethod = SpringBootTest.UseMainMethod.NEVER)
@ContextConfiguration(initializers = FreshServer.class)
abstract class JourneyTest {

    static final String EXPERIMENTAL = "experimental-01";

    @LocalServerPort
    int port;

    @Value("${muster.sandbox.network}")
    String network;

    @Autowired
    Sandbox sandbox;

    @Autowired
    Inventories inventories;

    @Autowired
    private DockerEngines engines;

    Api api;
    Runs runs;
    TestServices services;

    @BeforeEach
    void clients() {
        api = new Api("http://localhost:" + port);
        runs = new Runs(api);
        services = new TestServices(sandbox.inventory(), network, inventories);
    }

    /** The container's id and the moment it was started: they change when anybody touches it. */
    String identity(String host, String container) {
        Inventory.Environment environment = inventories.current().environments().get("sandbox");
        return engines.call(environment, environment.hosts().get(host), "look at " + container, docker -> {
            var found = docker.inspectContainerCmd(container).exec();
            return found.getId() + " since " + found.getState().getStartedAt();
        });
    }

    /** Names of all containers of a host, also stopped ones. */
    List<String> containers(String host) {
        Inventory.Environment environment = inventories.current().environments().get("sandbox");
        return engines.call(
                environment,
                environment.hosts().get(host),
                "list containers",
                docker -> docker.listContainersCmd().withShowAll(true).exec().stream()
                        .map(found -> found.getNames()[0].substring(1))
                        .toList());
    }
}
