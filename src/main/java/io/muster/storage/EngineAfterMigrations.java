package io.muster.storage;

import java.util.Set;
import org.springframework.boot.sql.init.dependency.AbstractBeansOfTypeDependsOnDatabaseInitializationDetector;
import org.springframework.util.ClassUtils;

/** The process engine checks its schema's version when it starts, so Flyway must have been there. */
final class EngineAfterMigrations extends AbstractBeansOfTypeDependsOnDatabaseInitializationDetector {

    /** By name: only few packages may know the engine's classes. */
    private static final String ENGINE = "org.camunda.bpm.engine.spring.ProcessEngineFactoryBean";

    @Override
    protected Set<Class<?>> getDependsOnDatabaseInitializationBeanTypes() {
        return Set.of(ClassUtils.resolveClassName(ENGINE, getClass().getClassLoader()));
    }
}
