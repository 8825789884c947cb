package io.muster.boot;

import io.muster.sandbox.Namespaces;
import io.muster.sandbox.Sandbox;
import io.muster.sandbox.SandboxSettings;
import io.muster.storage.DataDirectory;
import io.muster.storage.StartupRefused;
import io.muster.storage.StorageMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts the sandbox where no inventory is configured, before the beans that read its inventory, and points them to it.
 * Runs after the gate of the storage, which has taken the data directory by then. A sandbox that has its files already
 * comes up beside the rest of the server, which waits for it before it listens.
 */
final class SandboxGate implements BeanFactoryPostProcessor, Ordered {

    private static final String BEAN = "sandbox";

    private final ConfigurableEnvironment environment;

    SandboxGate(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        if (!beans.getBean(StorageMode.class).sandbox()) {
            return;
        }
        Path directory = beans.getBean(DataDirectory.class).path().resolve("sandbox");
        Path inventory = directory.resolve("inventory.yaml");
        StartingSandbox sandbox = new StartingSandbox(
                Files.exists(inventory)
                        ? CompletableFuture.supplyAsync(() -> start(directory))
                        : CompletableFuture.completedFuture(start(directory)));
        sandbox.ifThere(there -> beans.registerSingleton(BEAN, there));
        beans.registerSingleton("startingSandbox", sandbox);
        ((DefaultSingletonBeanRegistry) beans).registerDisposableBean(BEAN, sandbox::close);
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "musterSandbox",
                        Map.of(
                                "muster.inventory", inventory.toString(),
                                "muster.secrets-dir",
                                        directory.resolve("secrets").toString(),
                                "muster.sandbox.active", "true")));
        // Its accounts have well-known passwords, so it is for this machine only unless somebody says otherwise.
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("musterSandboxDefaults", Map.of("server.address", "127.0.0.1")));
    }

    private Sandbox start(Path directory) {
        String network = environment.getProperty("muster.sandbox.network", SandboxSettings.DEFAULT_NETWORK);
        try {
            return Sandbox.start(new SandboxSettings(directory, network));
        } catch (Namespaces.NamespacesUnavailable e) {
            throw new StartupRefused("The sandbox cannot be started on this machine.", e.getMessage(), e);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new StartupRefused(
                    "The sandbox cannot be started: " + e.getMessage(),
                    "Mend that and start again. MUSTER_SANDBOX_NETWORK (now " + network
                            + ") gives the sandbox other loopback addresses; MUSTER_DATA_DIR another directory.",
                    e);
        }
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
