package io.muster.cli;

import io.muster.journal.Anchoring;
import io.muster.journal.AuditAnchors;
import io.muster.journal.AuditChain;
import io.muster.journal.AuditVerification;
import io.muster.journal.JournalDatabase;
import io.muster.storage.OfflineJournal;
import io.muster.storage.StartupRefused;
import java.time.Clock;
import java.util.List;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;

/** Verifies the audit chains: each against itself and against the rows it speaks of, and their ends against the anchors. */
final class AuditCommand implements Command {

    private static final String VERIFY = "verify";

    @Override
    public String name() {
        return "audit";
    }

    @Override
    public String arguments() {
        return VERIFY + " [run …]";
    }

    @Override
    public String summary() {
        return "verify the audit chains (default: all) and their anchors";
    }

    @Override
    public int run(List<String> arguments, Terminal terminal) {
        if (arguments.isEmpty() || !arguments.get(0).equals(VERIFY)) {
            throw new UsageException("'audit' is followed by '" + VERIFY + "'.");
        }
        List<String> runs = arguments.subList(1, arguments.size());
        if (runs.stream().anyMatch(run -> run.startsWith("-"))) {
            throw new UsageException("'audit verify' takes ids of runs only.");
        }
        return verify(Settings.load(), runs, terminal);
    }

    static int verify(Environment settings, List<String> runs, Terminal terminal) {
        try (OfflineJournal offline = OfflineJournal.open(settings)) {
            int problems = chains(offline.journal(), runs, terminal);
            problems += anchors(offline.journal(), AuditAnchors.in(OfflineJournal.anchors(settings)), runs, terminal);
            terminal.out().println(offline.shown() + ": " + problems + (problems == 1 ? " problem." : " problems."));
            return problems == 0 ? CommandLine.OK : CommandLine.WRONG;
        } catch (StartupRefused e) {
            terminal.err().println(e.getMessage());
            terminal.err().println(e.action());
            return CommandLine.WRONG;
        } catch (DataAccessException | IllegalStateException e) {
            terminal.err().println("The audit chains cannot be verified: " + e.getMessage());
            return CommandLine.WRONG;
        } catch (Exception e) {
            throw new IllegalStateException("The database could not be closed", e);
        }
    }

    private static int chains(JournalDatabase journal, List<String> runs, Terminal terminal) {
        AuditVerification verification = new AuditVerification(journal);
        int problems = 0;
        long events = 0;
        List<String> chains = runs.isEmpty() ? verification.chains() : runs;
        for (String run : chains) {
            AuditChain.Verification found = verification.verify(run);
            found.problems().forEach(problem -> terminal.out().println("run " + run + ": " + problem));
            problems += found.problems().size();
            events += found.events();
        }
        terminal.out().println(chains.size() + " chains with " + events + " events read.");
        return problems;
    }

    private static int anchors(JournalDatabase journal, AuditAnchors anchors, List<String> runs, Terminal terminal) {
        int problems = 0;
        for (AuditAnchors.Anchor missing : new Anchoring(journal, anchors, Clock.systemUTC()).missing()) {
            String run = missing.head().rootRunId();
            if (runs.isEmpty() || runs.contains(run)) {
                terminal.out()
                        .println("run " + run + ": event " + missing.head().seq() + ", anchored at " + missing.at()
                                + " in "
                                + anchors.file() + ", is not in the database"
                                + (missing.beforeRestore()
                                        ? "; it was restored from a backup since, which an operator has said"
                                        : ""));
                problems += missing.beforeRestore() ? 0 : 1;
            }
        }
        return problems;
    }
}
