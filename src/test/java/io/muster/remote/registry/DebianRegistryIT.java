package io.muster.remote.registry;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.remote.net.TestAuthority;
import io.muster.steps.docker.RealRegistry;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's docker-registry. */
class DebianRegistryIT extends RegistryContract {

    @Override
    protected Server started(Path directory, TestAuthority authority) throws Exception {
        assumeTrue(
                Files.isExecutable(RealRegistry.BINARY),
                "docker-registry is not installed; `apt-get install docker-registry` lets this test run");
        RealRegistry registry = new RealRegistry(Files.createDirectory(directory.resolve("registry")), authority);
        return new Server() {
            @Override
            public String name() {
                return registry.name();
            }

            @Override
            public void start() throws Exception {
                registry.start();
            }

            @Override
            public void close() throws Exception {
                registry.close();
            }
        };
    }
}
