package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LockRulesTest {

    private static final String LOCKS =
            "<camunda:property name=\"locks\" value=\"service:${environment}/${service}\"/>";

    private static List<String> withLocks(String property) {
        return Lint.lint(new Sample().changing(Sample.FILE, LOCKS, property));
    }

    private static String locks(String value) {
        return "<camunda:property name=\"locks\" value=\"" + value + "\"/>";
    }

    @Test
    void aRunbookThatChangesAHostWithoutALockIsRefused() {
        assertThat(withLocks(""))
                .containsExactly(
                        "lock sample: It changes hosts or services (pull-image) and locks none of them, so that two"
                                + " runs could do so at the same moment. Give the process the extension property locks, for example"
                                + " service:${environment}/${service} or host:${environment}/${host}, several with commas.");
    }

    @Test
    void aRunbookThatOnlyReadsNeedsNoLock() {
        Sample sample = new Sample()
                .with(Sample.FILE, Sample.diagram("sample", Sample.BODY.replace("${pullImage}", "${sayHello}")))
                .changing(Sample.FILE, LOCKS, "");
        assertThat(Lint.lint(sample)).noneMatch(violation -> violation.startsWith("lock "));
    }

    @Test
    void severalLocksAndLocksOnHostsAreFine() {
        assertThat(withLocks(locks("service:${environment}/${service}, host:${environment}/apps-01")))
                .isEmpty();
    }

    @Test
    void aLockThatNamesNothingIsRefused() {
        for (String wrong : List.of("${service}", "node:${environment}/a", "service:${environment}", "host:a/b c")) {
            assertThat(withLocks(locks(wrong)))
                    .as(wrong)
                    .containsExactly("lock sample: The lock '" + wrong + "' names nothing that can be locked. Write"
                            + " service:${environment}/${service} or host:${environment}/${host}.");
        }
    }

    @Test
    void aLockOfWhatTheRunMayNotKnowIsRefused() {
        assertThat(withLocks(locks("host:${environment}/${container}")))
                .containsExactly(
                        "lock sample: The lock 'host:${environment}/${container}' needs the variable 'container',"
                                + " which the run may not have when it takes its locks. Name it in the extension property"
                                + " startVariables: then no run starts without it.");
    }
}
