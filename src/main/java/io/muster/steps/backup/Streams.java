package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.remote.SshPipes;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.HostShell;
import io.muster.steps.Targets;
import io.muster.steps.Words;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Moves data between the host that has it and the store, and knows nothing of what becomes of it. */
@Component
final class Streams {

    private final Targets targets;
    private final SshPipes pipes;
    private final HostShell shell;
    private final Scripts scripts;
    private final DataTypes types;

    Streams(Targets targets, SshPipes pipes, HostShell shell, Scripts scripts, DataTypes types) {
        this.targets = targets;
        this.pipes = pipes;
        this.shell = shell;
        this.scripts = scripts;
        this.types = types;
    }

    /** @param said the last line that the reading script printed, or all of them */
    record Passed(long bytes, String sha256, String said) {}

    /** Names what is made beside the data for a run: short, and good in names of files and databases. */
    static String tag(StepContext context) {
        return String.format("muster-%08x", context.run().rootId().hashCode());
    }

    /** Runs one of a type's scripts that read no stream, and gives what it printed. */
    String run(StepContext context, ServicePlan plan, DataItem item, String tag, String script, String what) {
        HostShell.Answer answer = ask(context, plan, item, tag, script);
        if (answer.status() != 0) {
            throw BackupFailure.ofScript(what, plan.host(item), answer.status(), answer.errors());
        }
        return answer.output();
    }

    /** As {@link #run}, of a script that may fail. */
    HostShell.Answer ask(StepContext context, ServicePlan plan, DataItem item, String tag, String script) {
        return shell.run(
                context, plan.host(item), Prelude.FUNCTIONS + Prelude.SCRATCH + script, scripts.env(item, tag));
    }

    /** Reads a data item into a file of the store. */
    Passed store(StepContext context, ServicePlan plan, DataItem item, String file, long most, Duration time) {
        Map<String, String> env = scripts.env(item, tag(context));
        String dump = scripts.writing(plan, types.of(item).dump(), env);
        Words says = new Words(context);
        Words stored = new Words(context);
        SshPipes.Piped piped = pipe(
                context,
                new SshPipes.End(targets.ssh(context, plan.host(item)), dump, env, says),
                new SshPipes.End(
                        targets.ssh(context, plan.store().host()), Store.RECEIVE, Map.of("FILE", file), stored),
                most,
                time);
        if (piped.to() != 0) {
            throw BackupFailure.ofScript("Writing " + file, plan.store().host(), piped.to(), stored.complaint());
        }
        if (piped.from() != 0) {
            throw BackupFailure.ofScript(
                    "Reading data item '" + item.name() + "'", plan.host(item), piped.from(), says.complaint());
        }
        if (!stored.output().equals(Long.toString(piped.bytes()))) {
            throw broken("Of " + piped.bytes() + " bytes " + stored.output() + " arrived in " + file);
        }
        return new Passed(piped.bytes(), piped.sha256(), "");
    }

    /** Feeds a file of the store to one of a type's scripts on the host of the item. */
    Passed feed(
            StepContext context,
            ServicePlan plan,
            DataItem item,
            String file,
            String recipient,
            String script,
            String tag,
            String what) {
        Map<String, String> env = scripts.env(item, tag);
        Passed passed = fed(context, plan, item, file, scripts.reading(plan, recipient, script, env), env, what);
        return new Passed(passed.bytes(), passed.sha256(), last(passed.said()));
    }

    /**
     * Feeds a file of the store to a script that compares.
     *
     * @param again for the script, a line each
     * @return with all that it printed
     */
    Passed compare(
            StepContext context,
            ServicePlan plan,
            DataItem item,
            String file,
            String recipient,
            String script,
            String tag,
            String again) {
        Map<String, String> env = scripts.env(item, tag);
        env.put("AGAIN", again);
        String reading = scripts.reading(plan, recipient, script, env);
        return fed(context, plan, item, file, reading, env, "Comparing data item '" + item.name() + "'");
    }

    private Passed fed(
            StepContext context,
            ServicePlan plan,
            DataItem item,
            String file,
            String reading,
            Map<String, String> env,
            String what) {
        Words sent = new Words(context);
        Words says = new Words(context);
        SshPipes.Piped piped = pipe(
                context,
                new SshPipes.End(targets.ssh(context, plan.store().host()), Store.SEND, Map.of("FILE", file), sent),
                new SshPipes.End(targets.ssh(context, plan.host(item)), reading, env, says),
                Long.MAX_VALUE,
                context.remaining());
        if (piped.to() != 0) {
            throw BackupFailure.ofScript(what, plan.host(item), piped.to(), says.complaint());
        }
        if (piped.from() != 0) {
            throw BackupFailure.ofScript("Reading " + file, plan.store().host(), piped.from(), sent.complaint());
        }
        return new Passed(piped.bytes(), piped.sha256(), says.output());
    }

    /**
     * Feeds a file of the store to a script that finds words in it.
     *
     * @param script finds them in {@code muster_w}, a line each: more than the environment of a program holds
     * @return the last line that it printed
     */
    String search(
            StepContext context,
            ServicePlan plan,
            DataItem item,
            String file,
            String recipient,
            String script,
            List<String> words) {
        Map<String, String> env = scripts.env(item, tag(context));
        env.put("WORDS", String.join("\n", words));
        String reading = "muster_w=$WORDS; unset WORDS\n" + scripts.reading(plan, recipient, script, env);
        return last(fed(context, plan, item, file, reading, env, "Looking into " + file)
                .said());
    }

    /** A stream reads, or writes what does not count yet: it is begun anew, whatever became of it. */
    private SshPipes.Piped pipe(StepContext context, SshPipes.End from, SshPipes.End to, long most, Duration time) {
        try {
            return pipes.pipe(from, to, most, time, context::cancelled);
        } catch (StepFailure e) {
            boolean lost =
                    e.reason().equals(Reason.OUTCOME_UNKNOWN) || e.reason().equals(Reason.CONNECTION_LOST);
            throw lost && !context.cancelled() ? broken("The stream broke off (" + e.getMessage() + ")") : e;
        }
    }

    private static StepFailure broken(String what) {
        return new StepFailure.Transient(
                Reason.CONNECTION_LOST, what + ". What was written of it does not count; it is begun anew.");
    }

    private static String last(String text) {
        return text.substring(text.lastIndexOf('\n') + 1);
    }
}
