package io.muster.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunJournal;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

class EvidenceExportTest {

    private static final Instant START = Instant.parse("2026-01-31T09:00:00Z");

    private final List<RunRow> written = new ArrayList<>();
    private final List<String> noted = new ArrayList<>();

    /** It may have to wait for another export, and the run ends meanwhile: its chain and its steps say so, too. */
    @Test
    void theRunIsShownAsItIsInTheSnapshotAndNotAsItWasWhenItWasAskedFor() throws Exception {
        RunRow ended = row(Optional.of(START.plusSeconds(60)));
        JournalReader snapshot = reader(Map.of("run", arguments -> Optional.of(ended)));
        JournalReader journal = reader(Map.of(
                "run", arguments -> Optional.of(row(Optional.empty())), "snapshot", arguments -> reading(arguments[0])
                        .apply(snapshot)));
        EvidenceExport exports = new EvidenceExport(
                journal, proxy(RunJournal.class, Map.of("noted", this::noted)), archive(), transactions(), clock());
        exports.of("the-run", "auditor").content().close();
        assertThat(written).containsExactly(ended);
        assertThat(noted).containsExactly("the-run");
    }

    private Object noted(Object[] arguments) {
        return noted.add((String) arguments[0]) ? null : null;
    }

    private EvidenceArchive archive() {
        return new EvidenceArchive(null, null, null, null, null) {
            @Override
            void write(RunRow root, String by, Instant now, JournalReader journal, OutputStream output) {
                written.add(root);
            }
        };
    }

    private static RunRow row(Optional<Instant> endedAt) {
        RunJournal.NewRun run = new RunJournal.NewRun(
                "the-run",
                "the-run",
                Optional.empty(),
                "service-deployment",
                1,
                "service-deployment:1:x",
                "hash",
                Optional.of("operator"),
                START,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new RunRow(run, endedAt, endedAt.map(at -> RunJournal.EndState.COMPLETED), endedAt.map(at -> "done"));
    }

    @SuppressWarnings("unchecked")
    private static Function<JournalReader, Object> reading(Object read) {
        return (Function<JournalReader, Object>) read;
    }

    private static JournalReader reader(Map<String, Function<Object[], Object>> answers) {
        return proxy(JournalReader.class, answers);
    }

    private static <T> T proxy(Class<T> type, Map<String, Function<Object[], Object>> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            if (!answers.containsKey(method.getName())) {
                throw new AssertionError(method + " was not to be asked");
            }
            return answers.get(method.getName()).apply(given);
        }));
    }

    private static PlatformTransactionManager transactions() {
        return new AbstractPlatformTransactionManager() {
            @Override
            protected Object doGetTransaction() {
                return this;
            }

            @Override
            protected void doBegin(Object transaction, TransactionDefinition definition) {}

            @Override
            protected void doCommit(DefaultTransactionStatus status) {}

            @Override
            protected void doRollback(DefaultTransactionStatus status) {}
        };
    }

    private static org.springframework.beans.factory.ObjectProvider<Clock> clock() {
        return new StaticListableBeanFactory(Map.of("clock", Clock.systemUTC())).getBeanProvider(Clock.class);
    }
}
