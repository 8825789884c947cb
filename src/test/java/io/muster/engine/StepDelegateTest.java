package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.StepRun;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.builder.ServiceTaskBuilder;
import org.camunda.spin.json.SpinJsonNode;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class StepDelegateTest extends EngineTest {

    private static volatile boolean commitFails;

    /** Fails the engine's transaction after the delegate is done, as a lost database or a killed server would. */
    public static final class Breaking implements ExecutionListener {

        static void whileTheCommitFails(Runnable work) {
            commitFails = true;
            try {
                work.run();
            } finally {
                commitFails = false;
            }
        }

        @Override
        public void notify(DelegateExecution execution) {
            if (commitFails) {
                throw new IllegalStateException("the commit did not happen");
            }
        }
    }

    private static ServiceTaskBuilder step(String key, String step, String text) {
        return process(key)
                .startEvent()
                .serviceTask("say-it")
                .name("Say it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${" + step + "}")
                .camundaInputParameter("text", text);
    }

    private ProcessInstance startStep(String key, ServiceTaskBuilder task) {
        deploy(task.endEvent("said").done());
        return start(key);
    }

    @Test
    void aStepRunsIsJournalledAndAcknowledgedAndItsOutputsAreMapped() {
        String key = unique("outputs");
        ProcessInstance run = startStep(
                key,
                step(key, "sayAgain", key)
                        .camundaInputParameter("items", "one\ntwo")
                        .camundaOutputParameter("a", "${said}")
                        .camundaOutputParameter("b", "${count}")
                        .camundaOutputParameter("c", "${size}")
                        .camundaOutputParameter("d", "${fine}")
                        .camundaOutputParameter("e", "${share}")
                        .camundaOutputParameter("f", "${items}")
                        .camundaOutputParameter("g", "${nothing}")
                        .camundaOutputParameter("h", "${key}"));
        runJob(run);

        assertThat(ended(run)).isTrue();
        StepRun entry = steps(run).get(0);
        assertThat(entry.state()).isEqualTo(StepRun.State.SUCCEEDED);
        assertThat(entry.acknowledged()).isTrue();
        assertThat(entry.attempt()).isOne();
        assertThat(entry.target()).isEqualTo("target of " + key);
        assertThat(entry.title()).isEqualTo("Say it");
        assertThat(entry.input()).contains("\"text\":").doesNotContain("timeout");
        assertThat(entry.output().orElseThrow()).doesNotContain(SECRET);
        Map<String, Object> values = variables(run);
        assertThat(values)
                .containsEntry("a", key)
                .containsEntry("b", 1)
                .containsEntry("c", 5_000_000_000L)
                .containsEntry("d", true)
                .containsEntry("e", 0.5)
                .containsEntry("g", null)
                .containsEntry("h", "is ***");
        assertThat(values.get("f")).isInstanceOf(SpinJsonNode.class).hasToString("[\"one\",\"two\"]");
        assertThat(journal.log(entry.id(), 0, 10))
                .anySatisfy(line -> assertThat(line.text()).contains("says " + key));
    }

    private Map<String, Object> variables(ProcessInstance run) {
        Map<String, Object> values = new java.util.HashMap<>();
        history.createHistoricVariableInstanceQuery().processInstanceId(run.getId()).list().stream()
                .filter(variable -> variable.getName().length() == 1)
                .forEach(variable -> values.put(variable.getName(), variable.getValue()));
        return values;
    }

    @Test
    void jsonVariablesBindAsListsAndMaps() {
        String key = unique("json");
        deploy(step(key, "sayAgain", key)
                .camundaInputParameter("items", "${given.prop(\"list\")}")
                .camundaInputParameter("labels", "${given.prop(\"map\")}")
                .endEvent()
                .done());
        ProcessInstance run =
                start(key, Map.of("given", org.camunda.spin.Spin.JSON("{\"list\":[\"x\"],\"map\":{\"k\":\"v\"}}")));
        runJob(run);
        assertThat(steps(run).get(0).input())
                .containsIgnoringWhitespaces("\"items\":[\"x\"]", "\"labels\":{\"k\":\"v\"}");
    }

    @Test
    void onlyDeclaredParametersAreInputAndAllViolationsAreToldAtOnce() {
        String key = unique("invalid");
        deploy(process(key)
                .startEvent()
                .serviceTask("say-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("failures", "many")
                .camundaInputParameter("txet", "typo")
                .endEvent()
                .done());
        // A process variable of a parameter's name is not a parameter.
        ProcessInstance run = start(key, Map.of("text", "from the process"));
        failJob(run);
        assertThat(incident(run).getIncidentMessage())
                .startsWith("InvalidInput: ")
                .contains("say-it", "'text' is missing", "'failures'", "'txet'");
        assertThat(steps(run)).singleElement().satisfies(entry -> {
            assertThat(entry.state()).isEqualTo(StepRun.State.FAILED);
            assertThat(entry.failure().orElseThrow().reason()).isEqualTo("InvalidInput");
        });
    }

    @Test
    void aCommitThatFailsAfterTheStepDoesNotRunItAgain() {
        String key = unique("commit");
        ProcessInstance run = startStep(
                key,
                step(key, "sayOnce", key)
                        .camundaExecutionListenerClass("end", Breaking.class)
                        .camundaOutputParameter("a", "${count}"));
        Breaking.whileTheCommitFails(() -> failJob(run));
        assertThat(steps(run)).singleElement().satisfies(entry -> {
            assertThat(entry.state()).isEqualTo(StepRun.State.SUCCEEDED);
            assertThat(entry.acknowledged()).isFalse();
        });
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(TestSteps.runs(key)).isOne();
        assertThat(steps(run)).singleElement().satisfies(entry -> assertThat(entry.acknowledged())
                .isTrue());
        assertThat(variables(run)).containsEntry("a", 1);
    }

    @Autowired
    io.muster.journal.StepJournal stepJournal;

    @Autowired
    javax.sql.DataSource dataSource;

    private void diedWhileRunning(ProcessInstance run, String step) {
        StepRun open = stepJournal.open(new io.muster.journal.StepJournal.NewStepRun(
                run.getId(),
                run.getId(),
                job(run).getId(),
                "say-it",
                "Say it",
                step,
                "the target",
                "dead server",
                "{}"));
        stepJournal.effect(open.id(), open.epoch(), "say", "something");
    }

    @Test
    void aRepeatableStepWhoseServerDiedRunsAgainInTheSameEntry() {
        String key = unique("repeat");
        ProcessInstance run = startStep(key, step(key, "sayAgain", key));
        diedWhileRunning(run, "sayAgain");
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(steps(run)).singleElement().satisfies(entry -> {
            assertThat(entry.epoch()).isGreaterThan(1);
            assertThat(entry.owner()).isNotEqualTo("dead server");
            assertThat(entry.state()).isEqualTo(StepRun.State.SUCCEEDED);
        });
    }

    @Test
    void whatAStepOfADeadServerHadUsedIsMaskedWhenItGoesOnHere() throws Exception {
        String secret = "only-the-dead-server-knew";
        java.nio.file.Files.writeString(TestInventory.secrets().resolve("used-before"), secret);
        String key = unique("recall");
        ProcessInstance run = startStep(key, step(key, "sayAgain", secret));
        new org.springframework.jdbc.core.JdbcTemplate(dataSource)
                .update("insert into secret_name (name) values ('used-before')");
        diedWhileRunning(run, "sayAgain");
        runJob(run);
        assertThat(steps(run)).singleElement().satisfies(entry -> {
            assertThat(entry.output().orElseThrow()).doesNotContain(secret).contains("***");
            assertThat(journal.log(entry.id(), 0, 10))
                    .allMatch(line -> !line.text().contains(secret));
            assertThat(journal.effects(entry.id()))
                    .allMatch(effect -> !effect.target().contains(secret));
        });
    }

    @Test
    void aTargetThatIsTooLongForAnIndexIsShortened() {
        String key = unique("long-target");
        String target = new java.util.Random(7)
                .ints(3_900, 0x4e00, 0x9fa5)
                .mapToObj(Character::toString)
                .collect(java.util.stream.Collectors.joining());
        ProcessInstance run = startStep(key, step(key, "sayAgain", target));
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(steps(run))
                .singleElement()
                .extracting(StepRun::target)
                .asString()
                .hasSize(500)
                .startsWith("target of ")
                .endsWith("…");
    }

    @Test
    void whatTheDatabaseRefusesUsesUpRetriesSoThatSomebodyIsAsked() {
        String key = unique("refused");
        ProcessInstance run = startStep(key, step(key, "sayAgain", key));
        int retries = job(run).getRetries();
        var database = new org.springframework.jdbc.core.JdbcTemplate(dataSource);
        database.execute("create function refuse() returns trigger language plpgsql as"
                + " $$ begin raise exception 'no room for %', '" + SECRET
                + "' using errcode = 'check_violation'; end $$");
        database.execute("create trigger refuse before insert on step_run for each row execute function refuse()");
        try {
            failJob(run);
        } finally {
            database.execute("drop trigger refuse on step_run");
            database.execute("drop function refuse");
        }
        assertThat(job(run).getRetries()).isEqualTo(retries - 1);
        assertThat(job(run).getExceptionMessage())
                .startsWith("JournalRefused: ")
                .contains("no room for ***")
                .doesNotContain(SECRET);
        assertThat(TestSteps.runs(key)).isZero();
    }

    @Test
    void aLogThatTheDatabaseRefusesDoesNotMakeAStepFailedThatDidItsWork() {
        String key = unique("refused-log");
        ProcessInstance run = startStep(key, step(key, "sayOnce", key));
        var database = new org.springframework.jdbc.core.JdbcTemplate(dataSource);
        database.execute("create function refuse_log() returns trigger language plpgsql as"
                + " $$ begin if new.text like 'says%' then raise exception 'no room' using errcode = 'check_violation';"
                + " end if; return new; end $$");
        database.execute(
                "create trigger refuse_log before insert on step_log for each row execute function refuse_log()");
        try {
            runJob(run);
        } finally {
            database.execute("drop trigger refuse_log on step_log");
            database.execute("drop function refuse_log");
        }
        assertThat(ended(run)).isTrue();
        assertThat(TestSteps.runs(key)).isOne();
        assertThat(steps(run)).singleElement().satisfies(entry -> {
            assertThat(entry.state()).isEqualTo(StepRun.State.SUCCEEDED);
            assertThat(journal.log(entry.id(), 0, 10)).singleElement().satisfies(line -> assertThat(line.text())
                    .contains("could not be kept", "no room"));
        });
    }

    @Test
    void aStepThatCannotBeRepeatedAsksAPersonAfterItsServerDied() {
        String key = unique("ask");
        ProcessInstance run = startStep(key, step(key, "sayOnce", key));
        diedWhileRunning(run, "sayOnce");
        failJob(run);
        assertThat(incident(run).getIncidentMessage())
                .startsWith("OutcomeUnknown: ")
                .contains("say-it", "the target", "say something", "retry the job");
        assertThat(TestSteps.runs(key)).isZero();
        assertThat(job(run).getRetries()).isZero();

        management.setJobRetries(job(run).getId(), 1);
        runJob(run);
        assertThat(TestSteps.runs(key)).isOne();
        assertThat(steps(run)).extracting(StepRun::attempt).containsExactly(1, 2);
    }

    @Test
    void aStepWhoseServerDiedThreeTimesInARowIsADecision() {
        String key = unique("deadly");
        ProcessInstance run = startStep(key, step(key, "sayAgain", key));
        diedWhileRunning(run, "sayAgain");
        StepRun open = steps(run).get(0);
        open = stepJournal.reclaim(open, "second server");
        stepJournal.release(open.id(), open.epoch());
        assertThat(stepJournal.deaths(open.id())).isOne();
        open = stepJournal.reclaim(stepJournal.newest(job(run).getId()).orElseThrow(), "third server");
        assertThat(stepJournal.deaths(open.id()))
                .as("a server that stops in order has not died")
                .isOne();
        stepJournal.reclaim(open, "fourth server");
        failJob(run);
        assertThat(incident(run).getIncidentMessage())
                .startsWith("OutcomeUnknown: ")
                .contains("died 3 times", "say-it", "say something");
        assertThat(TestSteps.runs(key)).isZero();
        assertThat(steps(run)).singleElement().matches(entry -> entry.state() == StepRun.State.FAILED);
    }

    @Test
    void aTransientFailureIsRetriedWithBackOffAndThenAnIncident() {
        String key = unique("transient");
        ProcessInstance run = startStep(key, step(key, "sayAgain", key).camundaInputParameter("ending", "transient"));
        failJob(run);
        assertThat(job(run).getRetries()).isEqualTo(2);
        assertThat(job(run).getDuedate())
                .isAfter(java.util.Date.from(java.time.Instant.now().plusSeconds(5)));
        assertThat(incident(run)).isNull();
        failJob(run);
        failJob(run);
        assertThat(incident(run).getIncidentMessage()).isEqualTo("CheckFailed: " + key + " did not work. Look at it.");
        assertThat(steps(run)).extracting(StepRun::attempt).containsExactly(1, 2, 3);
    }

    @Test
    void aFatalFailureIsAnIncidentAtOnceAndItsMessageIsTheFailures() {
        String key = unique("fatal");
        ProcessInstance run = startStep(
                key,
                step(key, "sayAgain", key)
                        .camundaInputParameter("ending", "fatal")
                        .camundaInputParameter("reason", "TaskFailed")
                        .camundaInputParameter("failures", "2"));
        failJob(run);
        assertThat(job(run).getRetries()).isZero();
        assertThat(incident(run).getIncidentMessage()).isEqualTo("TaskFailed: " + key + " did not work. Look at it.");
        String first = incident(run).getId();

        // By hand, without a retry: the incident is a new one.
        failJob(run);
        assertThat(incident(run).getId()).isNotEqualTo(first);

        management.setJobRetries(job(run).getId(), 1);
        assertThat(incident(run)).isNull();
        runJob(run);
        assertThat(ended(run)).isTrue();
    }

    @Test
    void anUnexpectedExceptionIsFatalAndNamesItsClassAndNoSecret() {
        String key = unique("unexpected");
        ProcessInstance run = startStep(key, step(key, "sayAgain", key).camundaInputParameter("ending", "unexpected"));
        failJob(run);
        assertThat(incident(run).getIncidentMessage())
                .startsWith("Unexpected: ")
                .contains("java.lang.IllegalStateException: surprise ***")
                .doesNotContain(SECRET);
        assertThat(management.getJobExceptionStacktrace(job(run).getId()))
                .doesNotContain(SECRET)
                .doesNotContain("\tat ");
        assertThat(steps(run).get(0).failure().orElseThrow().message()).doesNotContain(SECRET);
        assertThat(history.createHistoricJobLogQuery()
                        .processInstanceId(run.getId())
                        .failureLog()
                        .singleResult()
                        .getJobExceptionMessage())
                .doesNotContain(SECRET);
    }

    @Test
    void aRejectionThatTheDiagramCatchesIsAnAcknowledgedErrorEvent() {
        String key = unique("caught");
        ProcessInstance run = start(deployCatching(key, "CheckFailed", "CheckFailed"));
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(journal.run(run.getId()).orElseThrow().outcome()).contains("check-failed");
        assertThat(steps(run)).singleElement().satisfies(entry -> {
            assertThat(entry.state()).isEqualTo(StepRun.State.FAILED);
            assertThat(entry.acknowledged()).isTrue();
        });
    }

    @Test
    void aRejectionThatNobodyCatchesIsAnIncident() {
        String key = unique("uncaught");
        ProcessInstance run = start(deployCatching(key, "CheckFailed", "NotFound"));
        failJob(run);
        assertThat(incident(run).getIncidentMessage()).startsWith("CheckFailed: ");
        assertThat(steps(run).get(0).acknowledged()).isFalse();
    }

    @Test
    void aCallingRunbookCatchesARejectionOfACalledOne() {
        String called = unique("called");
        deploy(step(called, "sayAgain", called)
                .camundaInputParameter("ending", "rejected")
                .endEvent()
                .done());
        String key = unique("calling");
        deploy(process(key)
                .startEvent()
                .callActivity("call")
                .calledElement(called)
                .endEvent("done")
                .moveToActivity("call")
                .boundaryEvent("failed")
                .error()
                .endEvent("call-failed")
                .done());
        ProcessInstance run = start(key);
        ProcessInstance child = runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult();
        runJob(child);
        assertThat(journal.run(run.getId()).orElseThrow().outcome()).contains("call-failed");
        assertThat(journal.run(child.getId()).orElseThrow().endState()).isPresent();
    }

    private String deployCatching(String key, String reason, String caught) {
        BpmnModelInstance model = step(key, "sayAgain", key)
                .camundaInputParameter("ending", "rejected")
                .camundaInputParameter("reason", reason)
                .endEvent("said")
                .moveToActivity("say-it")
                .boundaryEvent("not-said")
                .error(caught)
                .endEvent("check-failed")
                .done();
        deploy(model);
        return key;
    }

    @Test
    void aStepWithoutAJobOfItsOwnIsRefused() {
        String key = unique("sync");
        deploy(process(key)
                .startEvent()
                .serviceTask("say-it")
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", key)
                .endEvent()
                .done());
        assertThatThrownBy(() -> start(key)).hasMessageContaining("asyncBefore").hasMessageContaining("say-it");
        assertThat(TestSteps.runs(key)).isZero();
    }

    @Test
    void aStepInTheJobOfAnotherIsRefused() {
        String key = unique("shared");
        deploy(step(key, "sayAgain", key)
                .serviceTask("second")
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", key)
                .endEvent()
                .done());
        ProcessInstance run = start(key);
        failJob(run);
        assertThat(incident(run).getIncidentMessage()).contains("asyncBefore").contains("second");
    }

    @Test
    void eachInstanceOfAFanOutHasAnEntryOfItsOwn() {
        String key = unique("fanout");
        deploy(process(key)
                .startEvent()
                .serviceTask("say-it")
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", key + " ${host}")
                .multiInstance()
                .camundaAsyncBefore()
                .camundaCollection("${hosts.elements()}")
                .camundaElementVariable("host")
                .parallel()
                .multiInstanceDone()
                .endEvent()
                .done());
        ProcessInstance run = start(key, Map.of("hosts", org.camunda.spin.Spin.JSON("[\"a\",\"b\",\"c\"]")));
        management
                .createJobQuery()
                .processInstanceId(run.getId())
                .list()
                .forEach(job -> management.executeJob(job.getId()));
        assertThat(ended(run)).isTrue();
        assertThat(steps(run)).hasSize(3).allMatch(StepRun::acknowledged);
    }

    @Test
    void aStepEndsWhenItsTimeIsUp() {
        String key = unique("timeout");
        ProcessInstance run = startStep(key, step(key, "waitLong", key).camundaInputParameter("timeout", "PT0.2S"));
        failJob(run);
        assertThat(incident(run).getIncidentMessage()).startsWith("TimedOut: ");
    }

    @Test
    void onlyStepsCanBeNamedInExpressions() {
        for (String bean : List.of("dataSource", "runtimeService", "jobLease", "environment")) {
            String key = unique("bean");
            deploy(process(key)
                    .startEvent()
                    .serviceTask("x")
                    .camundaExpression("${" + bean + ".toString()}")
                    .endEvent()
                    .done());
            assertThatThrownBy(() -> start(key)).hasMessageContaining("Cannot resolve identifier '" + bean + "'");
        }
    }
}
