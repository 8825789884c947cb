package io.muster.storage;

import java.nio.file.Path;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.env.Environment;

/**
 * Decides the storage mode and takes the data directory before any other bean is made, so that a server that may not
 * start says so at once and has touched nothing. Both are beans then; the directory is given back after all others.
 */
final class StorageGate implements BeanFactoryPostProcessor, PriorityOrdered {

    private static final String DIRECTORY = "dataDirectory";

    private final Environment environment;

    StorageGate(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        beans.registerSingleton("storageMode", StorageMode.decide(environment));
        DataDirectory directory = DataDirectory.open(Path.of(environment.getProperty("muster.data-dir", "./data")));
        beans.registerSingleton(DIRECTORY, directory);
        ((DefaultSingletonBeanRegistry) beans).registerDisposableBean(DIRECTORY, directory::close);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
