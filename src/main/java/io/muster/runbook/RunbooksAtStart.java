package io.muster.runbook;

import java.io.UncheckedIOException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.spring.SpringTransactionsProcessEngineConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Deploys the runbooks when the server starts: before it listens, and before any job runs. Refused runbooks end the start.
 */
@Component
class RunbooksAtStart implements SmartLifecycle {

    static final String SETTING = "muster.runbooks-dir";

    private static final Logger LOG = LoggerFactory.getLogger(RunbooksAtStart.class);

    // Any phase below the web server's, which is near the maximum.
    private static final int PHASE = 0;

    private final RunbookLinter linter;
    private final ObjectProvider<ProcessEngine> engine;
    private final String directory;
    private volatile boolean running;

    RunbooksAtStart(RunbookLinter linter, ObjectProvider<ProcessEngine> engine, Environment environment) {
        this.linter = linter;
        this.engine = engine;
        this.directory = environment.getProperty(SETTING, "");
    }

    @Override
    public void start() {
        ProcessEngine started = engine.getObject();
        RunbookFiles files = files();
        // The engine's own manager: the journal has another.
        var configuration = (SpringTransactionsProcessEngineConfiguration) started.getProcessEngineConfiguration();
        TransactionTemplate transaction = new TransactionTemplate(configuration.getTransactionManager());
        report(files, new RunbookDeployer(linter, started.getRepositoryService(), transaction).deploy(files));
        running = true;
    }

    private RunbookFiles files() {
        try {
            return RunbookFiles.configured(directory, RunbooksAtStart.class.getClassLoader());
        } catch (IllegalArgumentException e) {
            throw new RunbooksMissing(e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw new RunbooksMissing(
                    "The runbooks in " + directory + " cannot be read: "
                            + e.getCause().getMessage()
                            + ". The user that runs Muster must be able to read all of them.",
                    e);
        }
    }

    private static void report(RunbookFiles files, RunbookDeployer.Result result) {
        if (result.outcomes().isEmpty()) {
            LOG.warn("There is no runbook in {}: nothing can be started.", files.source());
        }
        LOG.info("Runbooks from {}:", files.source());
        result.outcomes()
                .forEach(outcome -> LOG.info(
                        outcome.changed() ? "  {}: version {} is new" : "  {}: unchanged, version {}",
                        outcome.runbook(),
                        outcome.version()));
        result.removed()
                .forEach(name -> LOG.warn(
                        "  {}: its file is gone; the last deployed version can still be started. Suspend it in Cockpit if it shall not be.",
                        name));
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
