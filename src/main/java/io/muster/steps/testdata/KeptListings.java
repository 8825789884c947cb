package io.muster.steps.testdata;

import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Targets;
import java.nio.charset.StandardCharsets;
import org.springframework.stereotype.Component;

/** What test data there was when a backup was taken, in a file beside the backup. */
@Component
final class KeptListings {

    private static final String SUFFIX = ".test-data.tsv";
    private static final long MOST = 64L << 20;

    private final Targets targets;
    private final SshHosts hosts;

    KeptListings(Targets targets, SshHosts hosts) {
        this.targets = targets;
        this.hosts = hosts;
    }

    /**
     * @param backup host:/path
     * @return host:/path of what was written
     */
    String write(StepContext context, String backup, Listing listing) {
        String path = path(backup);
        context.effect("keep listing", host(backup) + ":" + path);
        hosts.write(targets.ssh(context, host(backup)), path, listing.text().getBytes(StandardCharsets.UTF_8), "0600");
        return host(backup) + ":" + path;
    }

    /** @throws StepFailure NotFound when no run kept one with the backup */
    Listing read(StepContext context, String backup) {
        try {
            byte[] found = hosts.read(targets.ssh(context, host(backup)), path(backup), MOST);
            return Listing.of(new String(found, StandardCharsets.UTF_8), backup + SUFFIX);
        } catch (StepFailure.Rejected e) {
            if (!e.reason().equals(Reason.NOT_FOUND)) {
                throw e;
            }
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    "There is no listing of test data beside backup " + backup
                            + ": none was kept with it. Compare with a backup that a qualification took.",
                    e);
        }
    }

    private static String host(String backup) {
        return backup.substring(0, backup.indexOf(':'));
    }

    private static String path(String backup) {
        return backup.substring(backup.indexOf(':') + 1) + SUFFIX;
    }
}
