package io.muster.storage;

import io.muster.inventory.Secrets;
import io.muster.journal.Anchoring;
import io.muster.journal.AuditAnchors;
import io.muster.journal.AuditChain;
import io.muster.journal.DecisionJournal;
import io.muster.journal.Journal;
import io.muster.journal.JournalDatabase;
import io.muster.journal.JournalReader;
import io.muster.journal.Patience;
import io.muster.journal.RunJournal;
import io.muster.journal.SecretMasking;
import io.muster.journal.StepJournal;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

/** The journal on its pool. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JournalProperties.class)
class JournalConfiguration {

    @Bean
    SecretMasking masking(Secrets secrets) {
        return new SecretMasking(secrets::known);
    }

    @Bean
    JournalDatabase journalDatabase(@Qualifier(StorageConfiguration.JOURNAL_DATA_SOURCE) DataSource journalDataSource) {
        return new JournalDatabase(journalDataSource);
    }

    /** A template of its own: the application's may be configured with timeouts or fetch sizes for other uses. */
    @Bean(destroyMethod = "close")
    Journal journal(
            DataSource dataSource,
            JournalDatabase journalDatabase,
            SecretMasking masking,
            ObjectProvider<Clock> clock,
            JournalProperties properties,
            Patience patience) {
        return new Journal(
                new JdbcTemplate(dataSource),
                journalDatabase,
                masking,
                clock.getIfAvailable(Clock::systemUTC),
                properties.outputLimit().toBytes(),
                patience);
    }

    @Bean
    Patience patience(JournalProperties properties) {
        return new Patience(properties.patience());
    }

    @Bean
    StepJournal stepJournal(Journal journal) {
        return journal.steps();
    }

    @Bean
    RunJournal runJournal(Journal journal) {
        return journal.runs();
    }

    @Bean
    DecisionJournal decisionJournal(Journal journal) {
        return journal.decisions();
    }

    @Bean
    JournalReader journalReader(Journal journal) {
        return journal.reader();
    }

    @Bean
    AuditChain auditChain(Journal journal) {
        return journal.chain();
    }

    @Bean
    AuditAnchors auditAnchors(Environment environment) {
        return AuditAnchors.in(OfflineJournal.anchors(environment));
    }

    @Bean
    Anchoring anchoring(JournalDatabase journal, AuditAnchors anchors, ObjectProvider<Clock> clock) {
        return new Anchoring(journal, anchors, clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    AnchorsAtStart anchorsAtStart(
            Anchoring anchoring, AuditAnchors anchors, Database database, Environment environment) {
        return new AnchorsAtStart(
                anchoring,
                anchors.file(),
                database.shown(),
                environment.getProperty("muster.recovery", Boolean.class, false));
    }

    @Bean
    AnchorWriter anchorWriter(Anchoring anchoring) {
        return new AnchorWriter(anchoring);
    }
}
