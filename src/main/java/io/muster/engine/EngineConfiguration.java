package io.muster.engine;

import io.muster.inventory.Inventories;
import io.muster.inventory.Secrets;
import io.muster.journal.DecisionJournal;
import io.muster.journal.JournalReader;
import io.muster.journal.Masking;
import io.muster.journal.RunJournal;
import io.muster.journal.StepJournal;
import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.camunda.bpm.engine.spring.SpringTransactionsProcessEngineConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The engine and what hooks into it. */
@Configuration(proxyBeanMethods = false)
@PropertySource("classpath:io/muster/engine/engine.properties")
class EngineConfiguration {

    @Bean
    ServerLife serverLife() {
        return new ServerLife();
    }

    @Bean
    RunningSteps runningSteps() {
        return new RunningSteps();
    }

    @Bean
    StepTransactions stepTransactions(DataSource dataSource) {
        return new StepTransactions(dataSource);
    }

    @Bean
    JobLease jobLease(
            RunningSteps steps,
            DataSource dataSource,
            ObjectProvider<Clock> clock,
            Environment environment,
            ServerLife life) {
        return new JobLease(
                steps,
                new JdbcTemplate(dataSource),
                clock(clock),
                environment.getRequiredProperty("camunda.bpm.job-execution.lock-time-in-millis", Long.class),
                life.owner());
    }

    @Bean
    StepRuntime stepRuntime(
            InputBinder binder,
            StepJournal journal,
            JournalReader reader,
            DecisionJournal decisions,
            Masking masking,
            Secrets secrets,
            RunningSteps steps,
            StepTransactions transactions,
            JobLease lease,
            ServerLife life,
            StepGate gate,
            ObjectProvider<Clock> clock) {
        return new StepRuntime(
                binder,
                journal,
                reader,
                decisions,
                masking,
                secrets,
                steps,
                transactions,
                lease,
                life,
                gate,
                clock(clock));
    }

    @Bean
    Reaper reaper(StepCatalogue catalogue, StepRuntime runtime, Environment environment) {
        return new Reaper(
                runtime,
                new Orphans(catalogue, runtime),
                Duration.ofMillis(
                        environment.getRequiredProperty("camunda.bpm.job-execution.lock-time-in-millis", Long.class)));
    }

    @Bean
    Approvals approvals(Inventories inventories, ObjectProvider<Clock> clock, JournalReader reader) {
        return new Approvals(inventories, clock(clock), reader);
    }

    @Bean
    Decisions decisions(
            DecisionJournal journal,
            JournalReader reader,
            Approvals approvals,
            StepCatalogue catalogue,
            InputBinder binder,
            Masking masking,
            ObjectProvider<Clock> clock) {
        return new Decisions(journal, reader, approvals, catalogue, new ChangedInput(binder, masking), clock(clock));
    }

    @Bean
    EnginePlugin musterEnginePlugin(
            StepCatalogue catalogue,
            StepRuntime runtime,
            RunJournal journal,
            DecisionJournal decisionJournal,
            Decisions decisions,
            Inventories inventories,
            Approvals approvals,
            Masking masking,
            RecoveryStore recovery,
            ObjectProvider<Recovery> decidesAfterRestore,
            ObjectProvider<Clock> clock) {
        Map<String, StepDelegate> delegates = catalogue.names().stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        name -> new StepDelegate(catalogue.step(name).orElseThrow(), runtime)));
        RunListener runs = new RunListener(
                journal, decisionJournal, inventories, new DiagramHashes(), recovery::undecided, clock(clock));
        return new EnginePlugin(
                delegates,
                new RunParseListener(runs, new ApprovalListener(approvals, journal)),
                new TaskDoors(
                        approvals,
                        decisions,
                        new RecoveryAnswers(decidesAfterRestore::getObject),
                        new JournalledAnswers(journal, clock(clock))),
                masking,
                new DecisionIncidents(decisionJournal, journal, runtime.journal(), approvals, clock(clock)),
                recovery::undecided);
    }

    @Bean
    RecoveryStore recoveryStore(DataSource dataSource) {
        return new RecoveryStore(new JdbcTemplate(dataSource));
    }

    @Bean
    Recovery recovery(
            RecoveryStore store,
            ProcessEngine engine,
            RunJournal journal,
            Masking masking,
            ObjectProvider<Clock> clock) {
        // The engine's own transactions: the journal has others.
        var configuration = (SpringTransactionsProcessEngineConfiguration) engine.getProcessEngineConfiguration();
        return new Recovery(
                store,
                new SuspendedRuns(configuration),
                new RecoveryTasks(configuration),
                journal,
                masking,
                new TransactionTemplate(configuration.getTransactionManager()),
                clock(clock));
    }

    @Bean
    RecoveryAtStart recoveryAtStart(Recovery recovery, Environment environment, ServerLife life) {
        return new RecoveryAtStart(recovery, environment, life.owner());
    }

    @Bean
    IdentitySetup identitySetup(
            IdentityService identity,
            AuthorizationService authorizations,
            FilterService filters,
            TaskService tasks,
            ManagementService management,
            Environment environment,
            DataSource dataSource) {
        return new IdentitySetup(
                new Accounts(identity),
                new Authorizations(authorizations),
                new TasklistFilters(filters, tasks, management),
                environment,
                new OneServer(dataSource, "the server was set up", "Start it again.")::alone);
    }

    @Bean
    JobExecution jobExecution(
            ObjectProvider<JobExecutor> executor,
            RunningSteps steps,
            JobLease lease,
            ServerLife life,
            Secrets secrets,
            ObjectProvider<Clock> clock) {
        return new JobExecution(executor.getIfAvailable(), steps, lease, life, secrets, clock(clock));
    }

    private static Clock clock(ObjectProvider<Clock> clock) {
        return clock.getIfAvailable(Clock::systemUTC);
    }
}
