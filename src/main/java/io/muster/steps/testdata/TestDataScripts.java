package io.muster.steps.testdata;

import io.muster.inventory.Inventory;
import io.muster.inventory.TestData;
import io.muster.remote.DurableCommands;
import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.RunFacts;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.StepLedger;
import io.muster.steps.Targets;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Runs the scripts that belong to a service, and keeps what they list with the run. */
@Component
final class TestDataScripts {

    static final String LISTING_INVALID = "ListingInvalid";
    static final String NO_SCRIPTS = "NoTestData";

    private static final String FENCE = "```";
    private static final int LISTING = 32 << 20;

    private final Targets targets;
    private final SshHosts hosts;
    private final DurableCommands commands;
    private final RunFacts facts;

    TestDataScripts(Targets targets, SshHosts hosts, DurableCommands commands, RunFacts facts) {
        this.targets = targets;
        this.hosts = hosts;
        this.commands = commands;
        this.facts = facts;
    }

    /** @param host where they run */
    record Scripts(String service, String host, TestData scripts) {}

    Scripts of(StepContext context, String name) {
        Inventory.Service service = targets.service(context, name);
        TestData scripts = service.qualification()
                .testData()
                .orElseThrow(() -> new StepFailure.Rejected(
                        NO_SCRIPTS,
                        "Service '" + name
                                + "' has no `test-data` in the inventory. Give it scripts: `test-data: {populate: …, verify:"
                                + " …, remove: …}`."));
        return new Scripts(name, scripts.host().orElse(service.container()), scripts);
    }

    /** A script that changes something: detached, followed again after a crash. */
    void change(StepContext context, Scripts of, String script, String what) {
        Captured output = new Captured(context, LISTING);
        context.log().fromStart();
        int status = commands.run(
                new DurableCommands.Command(
                        context.id(), targets.ssh(context, of.host()), script, env(of), true, LISTING),
                new StepLedger(context, of.host(), true),
                output,
                context.remaining(),
                context::cancelled);
        demandZero(of, status, output, what);
    }

    Optional<String> abandon(StepContext context) {
        return StepLedger.last(context)
                .map(left -> commands.abandon(targets.ssh(context, left.host()), left.sudo(), left.handle()));
    }

    void sweep(StepContext context) {
        StepLedger.last(context)
                .ifPresent(left -> commands.sweep(targets.ssh(context, left.host()), left.sudo(), left.handle()));
    }

    /** What the service holds of test data now. */
    Listing look(StepContext context, Scripts of) {
        Captured output = new Captured(context, LISTING);
        int status = hosts.run(
                targets.ssh(context, of.host()),
                of.scripts().verify(),
                env(of),
                true,
                output,
                context.remaining(),
                context::cancelled);
        demandZero(of, status, output, "verify");
        if (output.tooMuch()) {
            throw new StepFailure.Rejected(
                    LISTING_INVALID,
                    "The verifying script on " + of.host() + " lists more than " + LISTING
                            + " bytes. List fewer records: test data shows that a restore works, it need not be large in number.");
        }
        return Listing.of(output.output(), of.host());
    }

    private static void demandZero(Scripts of, int status, Captured output, String what) {
        if (status != 0) {
            throw new StepFailure.Rejected(
                    Reason.NON_ZERO_EXIT,
                    "The test data's script `" + what + "` of " + of.service() + " on " + of.host()
                            + " ended with exit status " + status + ": " + output.complaint()
                            + " Mend it (`test-data` in the inventory) or its host, then retry.");
        }
    }

    private static Map<String, String> env(Scripts of) {
        return Map.of("SERVICE", of.service());
    }

    void keep(StepContext context, String service, Listing listing) {
        context.document(
                document(service),
                "# Test data of " + service + "\n\n" + listing.counts() + "; " + listing.references() + " references, "
                        + listing.bytes() + " bytes.\n\nkind, id, value, references, bytes:\n\n" + FENCE + "\n"
                        + listing.text() + FENCE + "\n");
    }

    /** What was kept last of what this run filled the service with. */
    Listing kept(StepContext context, String service) {
        String run = context.run().rootId();
        return facts.of(run).documents().stream()
                .filter(document -> document.name().equals(document(service)))
                .reduce((earlier, later) -> later)
                .map(document -> {
                    String[] parts = document.content().split(FENCE + "\n?", 3);
                    return Listing.of(parts.length > 1 ? parts[1] : "", "run " + run);
                })
                .orElseThrow(() -> Listing.notThere(service, run));
    }

    private static String document(String service) {
        return "test-data-" + service.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9-]", "-") + ".md";
    }
}
