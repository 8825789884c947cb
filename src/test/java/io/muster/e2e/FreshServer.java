package io.muster.e2e;

import io.muster.sandbox.TestNetworks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.FileSystemUtils;

/** A server as a newcomer starts it, in a directory and a loopback network of its own, which end with it. */
final class FreshServer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Path directory = directory();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "freshServer",
                        Map.of(
                                "muster.data-dir",
                                directory.toString(),
                                "muster.sandbox.network",
                                TestNetworks.free())));
        DefaultSingletonBeanRegistry beans = (DefaultSingletonBeanRegistry) context.getBeanFactory();
        // Registered first, so ended last: when the database and the sandbox have let the directory go.
        beans.registerDisposableBean("freshDirectory", () -> FileSystemUtils.deleteRecursively(directory));
        beans.registerSingleton("onlyMuster", new OnlyMuster());
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("muster-e2e");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
