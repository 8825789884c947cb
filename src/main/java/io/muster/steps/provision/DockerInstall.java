package io.muster.steps.provision;

import io.muster.inventory.Inventory;
import io.muster.remote.CommandEnded;
import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Attempts;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "dockerInstall",
        title = "Install Docker",
        description =
                "Makes sure that the Docker engine of a host answers where the inventory says. One that answers is left as"
                        + " it is. Else, on Debian and Ubuntu, the package `docker.io` is installed and the engine started.",
        category = "Provision",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT20M",
        errors = {DockerInstall.UNSUPPORTED, Reason.NOT_IN_INVENTORY, Reason.CHECK_FAILED, Reason.NON_ZERO_EXIT})
public class DockerInstall implements Step<DockerInstall.Input, DockerInstall.Output> {

    static final String UNSUPPORTED = "UnsupportedSystem";

    /**
     * Exit statuses: 20 no apt-get, 21 apt failed, 22 the engine did not start. What is there already is not installed again;
     * apt waits for who else uses it. An installation that broke off (a lost connection, a server that died) leaves packages
     * half configured, with which apt does nothing more: they are configured, and it is tried once again. Of what the package
     * only recommends, an engine in a container needs certificates, its client, and AppArmor's parser where the kernel has it.
     * systemctl is there without systemd as well.
     */
    static final String INSTALL =
            """
            export DEBIAN_FRONTEND=noninteractive
            apt() { apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold -qy "$@"; }
            packages() {
                echo docker.io ca-certificates
                for package in docker-cli apparmor; do
                    apt-cache show "$package" >/dev/null 2>&1 && echo "$package"
                done
            }
            install() { apt install --no-install-recommends $(packages); }
            if ! command -v dockerd >/dev/null 2>&1; then
                command -v apt-get >/dev/null 2>&1 || exit 20
                { apt update && { install || { dpkg --configure -a && install; }; }; } >&2 || exit 21
                echo installed
            fi
            if [ -d /run/systemd/system ]; then
                systemctl is-active -q docker || { systemctl enable --now docker >&2 || exit 22; echo started; }
            else
                service docker status >/dev/null 2>&1 || { service docker start >&2 || exit 22; echo started; }
            fi
            """;

    public record Input(
            @NotBlank @Field(label = "Host", description = "A host with `docker`.", example = "experimental-02")
                    String host,
            @Field(
                            label = "Within",
                            description = "How long a fresh engine may take to answer.",
                            defaultValue = "PT1M",
                            example = "PT1M")
                    Duration within) {}

    public record Output(
            @Field(label = "Engine", description = "Its version; empty where the inventory wants no Docker there.")
                    String version,
            @Field(label = "Changed", description = "Whether anything was installed or started.") boolean changed,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final SshHosts hosts;
    private final EngineProbe probe;

    DockerInstall(Targets targets, SshHosts hosts, EngineProbe probe) {
        this.targets = targets;
        this.hosts = hosts;
        this.probe = probe;
    }

    @Override
    public String target(Input input) {
        return input.host();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Host host = targets.host(context, input.host());
        if (host.docker().isEmpty()) {
            return said(context, "", false, "The inventory wants no Docker engine on " + host.name() + ".");
        }
        String where = host.docker().orElseThrow().endpoint();
        Optional<String> version = answering(targets.environment(context), host, context);
        if (version.isPresent()) {
            return said(
                    context, version.get(), false, "Docker " + version.get() + " answers at " + where + " already.");
        }
        String done = install(host, context);
        String fresh = Attempts.within(input.within(), context, () -> asked(host, context, done));
        return said(context, fresh, true, "Docker " + fresh + " was " + done + " and answers at " + where + ".");
    }

    /** Whether it is not there, or only not reached, is found out over SSH. */
    private Optional<String> answering(Inventory.Environment environment, Inventory.Host host, StepContext context) {
        try {
            return Optional.of(probe.version(environment, host, context));
        } catch (StepFailure e) {
            if (!(e instanceof StepFailure.Transient) && !hasNoClient(e)) {
                throw e;
            }
            context.log().info("No Docker engine answers yet: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** An engine over SSH is asked through Docker's client there, which comes with the package. */
    private static boolean hasNoClient(StepFailure failure) {
        return failure.getCause() instanceof CommandEnded ended && ended.isCommandMissing();
    }

    private String asked(Inventory.Host host, StepContext context, String done) {
        try {
            return probe.version(targets.environment(context), host, context);
        } catch (StepFailure.Transient e) {
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED,
                    "Docker was " + done + " on " + host.name() + ", but does not answer where the inventory says: "
                            + e.getMessage() + " The package listens on its host's /var/run/docker.sock alone: set"
                            + " `docker.endpoint` to `ssh`, or configure the engine to listen elsewhere.",
                    e);
        }
    }

    private String install(Inventory.Host host, StepContext context) {
        RemoteShell shell = new RemoteShell(hosts, targets.ssh(context, host.name()), context);
        context.effect("install docker", host.name());
        RemoteShell.Result result = shell.run(INSTALL, Map.of());
        if (result.status() == 20) {
            throw new StepFailure.Rejected(
                    UNSUPPORTED,
                    host.name() + " has no Docker and no apt-get to install it with: only Debian and Ubuntu are known."
                            + " Install Docker there, or give the container another template.");
        }
        if (result.status() == 21) {
            throw new StepFailure.Transient(
                    Reason.NON_ZERO_EXIT,
                    "Docker could not be installed on " + host.name() + ": " + result.why()
                            + ". Look at its network and"
                            + " package sources (apt-get update), at free space, and at who else uses apt there.");
        }
        if (!result.ok()) {
            throw new StepFailure.Rejected(
                    Reason.NON_ZERO_EXIT,
                    "Docker is installed on " + host.name() + ", but could not be started: " + result.why()
                            + ". Look at"
                            + " `journalctl -u docker` there, and that the container has the feature nesting=1.");
        }
        String done = result.out().strip().replace("\n", " and ");
        return done.isEmpty() ? "there" : done;
    }

    private static Output said(StepContext context, String version, boolean changed, String summary) {
        context.log().info(summary);
        return new Output(version, changed, summary);
    }
}
