package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.journal.StepRun;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** With the job executor, short leases, and without the sandbox. */
@TestPropertySource(
        properties = {
            "camunda.bpm.job-execution.enabled=true",
            "camunda.bpm.job-execution.lock-time-in-millis=1500",
            "camunda.bpm.job-execution.wait-time-in-millis=200",
            "camunda.bpm.job-execution.max-wait=400",
            "muster.database.idle-transaction=PT1S",
            "muster.sandbox.active=false"
        })
@DirtiesContext
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JobExecutionTest extends HttpTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Autowired
    ServerLife life;

    @Autowired
    DataSource dataSource;

    @Autowired
    AuthorizationService authorizations;

    @Autowired
    FilterService filters;

    private ProcessInstance startStep(String step, Map<String, String> parameters) {
        String key = unique("job");
        var task = process(key)
                .startEvent()
                .serviceTask("say-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${" + step + "}")
                .camundaInputParameter("text", key);
        parameters.forEach(task::camundaInputParameter);
        deploy(task.endEvent("done").done());
        return start(key);
    }

    private static String text(ProcessInstance run) {
        return run.getProcessDefinitionId().split(":")[0];
    }

    @Test
    void aStepThatOutlivesItsLeaseRunsOnce() {
        ProcessInstance run = startStep("hold", Map.of());
        String text = text(run);
        await().atMost(PATIENCE).until(() -> TestSteps.runs(text) == 1);
        var lock = lockEnd(run);
        // Three leases later, by what the database says.
        await().atMost(PATIENCE).until(() -> lockEnd(run).getTime() - lock.getTime() > 4_500);
        assertThat(TestSteps.runs(text)).isOne();
        TestSteps.release(text);
        await().atMost(PATIENCE).until(() -> ended(run));
        assertThat(steps(run)).singleElement().matches(StepRun::acknowledged);
    }

    private java.util.Date lockEnd(ProcessInstance run) {
        return ((org.camunda.bpm.engine.impl.persistence.entity.JobEntity) job(run)).getLockExpirationTime();
    }

    @Test
    void aStepThatSaysNothingToTheDatabaseKeepsItsTransaction() {
        ProcessInstance run = startStep("hold", Map.of());
        String text = text(run);
        await().atMost(PATIENCE).until(() -> TestSteps.runs(text) == 1);
        JdbcTemplate database = new JdbcTemplate(dataSource);
        Map<String, Object> step =
                database.queryForMap("select pid, xact_start from pg_stat_activity where datname = current_database()"
                        + " and state = 'idle in transaction' order by xact_start desc limit 1");
        // Three times as long as the database bears silence, by its own clock.
        await().atMost(PATIENCE)
                .until(() -> Boolean.TRUE.equals(database.queryForObject(
                        "select clock_timestamp() > ?::timestamptz + interval '3 seconds'",
                        Boolean.class,
                        step.get("xact_start"))));
        assertThat(database.queryForList(
                        "select pid, xact_start from pg_stat_activity where state = 'idle in transaction'"))
                .contains(step);
        TestSteps.release(text);
        await().atMost(PATIENCE).until(() -> ended(run));
        assertThat(steps(run)).singleElement().matches(StepRun::acknowledged);
    }

    @Test
    void aFailureAfterARenewalIsStillRecorded() {
        ProcessInstance run = startStep("waitLong", Map.of("timeout", "PT3S"));
        await().atMost(PATIENCE).until(() -> incident(run) != null);
        assertThat(incident(run).getIncidentMessage()).startsWith("TimedOut: ");
        assertThat(steps(run)).hasSize(1);
    }

    @Test
    void aCancelledRunEndsItsStep() {
        ProcessInstance run = startStep("waitLong", Map.of());
        await().atMost(PATIENCE).until(() -> TestSteps.runs(text(run)) == 1);
        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        await().atMost(PATIENCE).until(() -> steps(run).get(0).state() == StepRun.State.FAILED);
        assertThat(steps(run).get(0).failure().orElseThrow().reason()).isEqualTo("Cancelled");
    }

    @Test
    void aJobThatIsExecutedByHandWhileItRunsIsLeftAlone() {
        ProcessInstance run = startStep("hold", Map.of());
        String text = text(run);
        await().atMost(PATIENCE).until(() -> TestSteps.runs(text) == 1);
        int retries = job(run).getRetries();
        assertThatThrownBy(() -> runJob(run)).hasMessageContaining("runs on this server already");
        assertThat(job(run).getRetries()).isEqualTo(retries);
        TestSteps.release(text);
        await().atMost(PATIENCE).until(() -> ended(run));
        assertThat(TestSteps.runs(text)).isOne();
    }

    /** The last, because nothing runs after it. */
    @Test
    @Order(Integer.MAX_VALUE)
    void aServerThatStopsLeavesItsStepsOpenForTheNext() {
        ProcessInstance run = startStep("waitLong", Map.of());
        await().atMost(PATIENCE).until(() -> TestSteps.runs(text(run)) == 1);
        int retries = job(run).getRetries();
        ((org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl)
                        org.camunda.bpm.engine.ProcessEngines.getDefaultProcessEngine()
                                .getProcessEngineConfiguration())
                .getJobExecutor()
                .shutdown();
        life.stop();
        await().atMost(PATIENCE).until(() -> lockEnd(run) == null);
        assertThat(job(run).getRetries()).isEqualTo(retries);
        assertThat(incident(run)).isNull();
        assertThat(steps(run)).singleElement().matches(entry -> entry.state() == StepRun.State.OPEN);
    }

    @Test
    void withoutTheSandboxThereIsTheFirstAdministratorAndNobodyElse() {
        assertThat(identity.createUserQuery().list())
                .extracting(user -> user.getId())
                .containsExactly("first.admin");
        assertThat(get("first.admin", "Correct-Horse-7-Staple", "/engine-rest/user/count")
                        .status())
                .isEqualTo(200);
        assertThat(get("admin", "/engine-rest/user/count").status()).isEqualTo(401);
        assertThat(identity.createUserQuery().memberOfGroup("camunda-admin").count())
                .isOne();
        assertThat(identity.createGroupQuery().list())
                .extracting(group -> group.getId())
                .contains("operators", "approvers", "authors", "auditors", "admins");
    }

    private IdentitySetup setup(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        return new IdentitySetup(
                new Accounts(identity),
                new Authorizations(authorizations),
                new TasklistFilters(filters, tasks, management),
                environment,
                Runnable::run);
    }

    @Test
    void settingUpAgainChangesNothing() {
        long before = authorizations.createAuthorizationQuery().count();
        setup(Map.of()).afterSingletonsInstantiated();
        assertThat(authorizations.createAuthorizationQuery().count()).isEqualTo(before);
        assertThat(filters.createFilterQuery().count()).isEqualTo(6);
    }

    @Test
    void whatAnAdministratorDidToTheFiltersStays() {
        Filter approvals =
                filters.createFilterQuery().filterName("My approvals").singleResult();
        filters.saveFilter(approvals.setName("What I approve"));
        filters.deleteFilter(
                filters.createFilterQuery().filterName("Mine").singleResult().getId());
        setup(Map.of()).afterSingletonsInstantiated();
        assertThat(filters.createFilterQuery().list())
                .extracting(Filter::getName)
                .containsExactlyInAnyOrder("My groups", "What I approve", "Decisions", "Due drills", "All");
        management.deleteProperty("muster.filter.Mine");
        filters.saveFilter(approvals.setName("My approvals"));
        setup(Map.of()).afterSingletonsInstantiated();
        assertThat(filters.createFilterQuery().count()).isEqualTo(6);
    }

    @Test
    void aWeakFirstPasswordIsRefused() {
        assertThatThrownBy(() -> setup(Map.of("muster.admin.user", "weak", "muster.admin.password", "weak"))
                        .afterSingletonsInstantiated())
                .isInstanceOf(AccountsRefused.class)
                .hasMessageContaining("too weak");
        assertThatThrownBy(() -> setup(Map.of("muster.admin.user", "weak")).afterSingletonsInstantiated())
                .hasMessageContaining("MUSTER_ADMIN_PASSWORD is not set");
    }

    @Test
    void sandboxAccountsAreRefusedWhereTheSandboxIsNot() {
        Accounts accounts = new Accounts(identity);
        accounts.createSandboxAccount("operator");
        try {
            assertThatThrownBy(() -> setup(Map.of()).afterSingletonsInstantiated())
                    .isInstanceOf(AccountsRefused.class)
                    .hasMessageContaining("sandbox accounts operator");
        } finally {
            identity.deleteUser("operator");
        }
    }
}
