package io.muster.runbook;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineConfiguration;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.spring.SpringTransactionsProcessEngineConfiguration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A bare engine on a real PostgreSQL, started once for the class that uses it. */
final class TestEngine implements AutoCloseable {

    private final EmbeddedPostgres postgres;
    private final ProcessEngine engine;
    private final TransactionTemplate transaction;

    TestEngine() {
        this(Map.of());
    }

    /** @param delegates the beans that expressions see */
    TestEngine(Map<String, ? extends JavaDelegate> delegates) {
        try {
            postgres = EmbeddedPostgres.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        DataSource dataSource = postgres.getPostgresDatabase();
        DataSourceTransactionManager transactions = new DataSourceTransactionManager(dataSource);
        SpringTransactionsProcessEngineConfiguration configuration = new SpringTransactionsProcessEngineConfiguration();
        configuration.setProcessEngineName("runbooks");
        configuration.setDataSource(dataSource);
        configuration.setTransactionManager(transactions);
        configuration.setDatabaseSchemaUpdate(ProcessEngineConfiguration.DB_SCHEMA_UPDATE_TRUE);
        configuration.setJobExecutorActivate(false);
        configuration.setMetricsEnabled(false);
        configuration.setBeans(new HashMap<>(delegates));
        engine = configuration.buildProcessEngine();
        transaction = new TransactionTemplate(transactions);
    }

    ProcessEngine engine() {
        return engine;
    }

    RunbookDeployer deployer() {
        return new RunbookDeployer(TestSteps.linter(), engine.getRepositoryService(), transaction);
    }

    /** Removes every deployment with its instances. */
    void clear() {
        engine.getRepositoryService().createDeploymentQuery().list().forEach(deployment -> engine.getRepositoryService()
                .deleteDeployment(deployment.getId(), true));
    }

    @Override
    public void close() throws IOException {
        engine.close();
        postgres.close();
    }
}
