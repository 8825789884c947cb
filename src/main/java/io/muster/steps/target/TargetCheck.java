package io.muster.steps.target;

import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.remote.HttpProbe;
import io.muster.remote.ImageRegistries;
import io.muster.remote.NameResolver;
import io.muster.remote.ProxmoxNodes;
import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;

@StepInfo(
        name = "targetCheck",
        title = "Check the targets",
        description = "Looks whether the targets of an environment are ready, and changes nothing: of each host SSH"
                + " credentials and pinned host key, sudo, login shell, clock, free space (also for the output of commands and for images), kernel and Docker engine; of each"
                + " Proxmox node API, certificate, token permissions and storages; registries, names and Prometheus. All"
                + " findings come at once, in the document `targets.md`. Many are looked at at the same time"
                + " (`muster.target-check.parallel`, 32), each within its own limit. It succeeds whatever it finds: look at"
                + " `ready`.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT15M",
        errors = {Reason.NOT_IN_INVENTORY})
public class TargetCheck implements Step<TargetCheck.Input, TargetCheck.Output> {

    public record Input(
            @Field(label = "Host", description = "Only this one; empty: the whole environment.", example = "apps-01")
                    String host,
            @Field(
                            label = "Limit for each target",
                            description = "Then it counts as not ready.",
                            defaultValue = "PT20S")
                    Duration limit,
            @Field(label = "At least free", description = "On each file system and storage.", defaultValue = "1GiB")
                    ByteSize minimumFree,
            @Field(label = "Clock difference", description = "At most.", defaultValue = "PT5S")
                    Duration clockDifference,
            @Field(
                            label = "Also used",
                            description = "What runbooks of your own do with LXC containers: the nodes' tokens must be"
                                    + " permitted it.",
                            example = "snapshot")
                    List<NodeUse> also) {

        Set<NodeUse> alsoUsed() {
            return also == null ? Set.of() : Set.copyOf(also);
        }
    }

    public record Output(
            @Field(label = "Ready", description = "Whether nothing was wrong.") boolean ready,
            @Field(label = "Summary", description = "One sentence.") String summary,
            @Field(label = "Targets", description = "How many were looked at.") int targets,
            @Field(label = "Problems", description = "How many checks found something.") int problems,
            @Field(label = "Findings", description = "What is wrong: target, check, found, wanted, advice.")
                    List<Finding> findings) {}

    private final Targets targets;
    private final HostLook hosts;
    private final NodeLook nodes;
    private final SharedLook shared;
    private final int atOnce;

    TargetCheck(
            Targets targets,
            SshHosts ssh,
            DockerEngines engines,
            ProxmoxNodes proxmox,
            ImageRegistries registries,
            NameResolver names,
            HttpProbe http,
            ObjectProvider<Clock> clock,
            Environment settings) {
        this.targets = targets;
        this.hosts = new HostLook(
                ssh,
                engines,
                clock.getIfAvailable(Clock::systemUTC),
                settings.getProperty("muster.ssh.command-directory", ""));
        this.nodes = new NodeLook(proxmox);
        this.shared = new SharedLook(registries, names, http);
        this.atOnce = settings.getProperty("muster.target-check.parallel", Integer.class, 32);
    }

    @Override
    public String target(Input input) {
        return Objects.requireNonNullElse(input.host(), "all targets");
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Environment environment = targets.environment(context);
        List<Bounded.Look> looks = input.host() == null
                ? everything(environment, input, context)
                : List.of(host(environment, targets.host(context, input.host()), input, context));
        List<Finding> findings = new Bounded(atOnce, input.limit()).all(looks, context);
        List<Finding> wrong = findings.stream().filter(finding -> !finding.ok()).toList();
        String summary = (wrong.isEmpty()
                        ? "All " + looks.size() + " targets are ready."
                        : wrong.stream().map(Finding::target).distinct().count() + " of " + looks.size()
                                + " targets are not ready: " + wrong.size() + " findings.")
                + (input.host() == null ? notMade(environment) : "");
        context.log().info(summary);
        wrong.forEach(finding -> context.log()
                .info(finding.target() + ": " + finding.check() + ": " + finding.found() + ", wanted "
                        + finding.wanted() + ". " + finding.advice()));
        context.document("targets.md", FindingsPage.of(environment.name(), summary, findings));
        return new Output(wrong.isEmpty(), summary, looks.size(), wrong.size(), wrong);
    }

    private List<Bounded.Look> everything(Inventory.Environment environment, Input input, StepContext context) {
        List<Bounded.Look> looks = new ArrayList<>();
        environment.hosts().values().stream()
                .filter(host -> !isToBeMade(environment, host))
                .forEach(host -> looks.add(host(environment, host, input, context)));
        environment
                .nodes()
                .values()
                .forEach(node ->
                        looks.add(new Bounded.Look("node " + node.name(), () -> nodes.look(environment, node, input))));
        environment
                .registries()
                .values()
                .forEach(registry -> looks.add(new Bounded.Look(
                        "registry " + registry.name(), () -> List.of(shared.registry(environment, registry, input)))));
        names(environment)
                .forEach(name ->
                        looks.add(new Bounded.Look("name " + name, () -> List.of(shared.name(environment, name)))));
        environment
                .monitoring()
                .ifPresent(monitoring -> looks.add(new Bounded.Look(
                        "prometheus " + monitoring.prometheusUrl(),
                        () -> List.of(shared.prometheus(environment, monitoring, input)))));
        return looks;
    }

    /** A container that nothing is known of and nothing runs on: that it is not there is as it should be. */
    private static boolean isToBeMade(Inventory.Environment environment, Inventory.Host host) {
        return host.container().isPresent()
                && host.ssh().learned()
                && !host.ssh().known()
                && environment.services().values().stream()
                        .noneMatch(service -> service.container().equals(host.name()));
    }

    private static String notMade(Inventory.Environment environment) {
        String names = environment.hosts().values().stream()
                .filter(host -> isToBeMade(environment, host))
                .map(Inventory.Host::name)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " Not made yet, not used by a service, and not looked at: " + names + ".";
    }

    private Bounded.Look host(
            Inventory.Environment environment, Inventory.Host host, Input input, StepContext context) {
        return new Bounded.Look("host " + host.name(), () -> hosts.look(environment, host, input, context::cancelled));
    }

    /** Those that the inventory's own URLs need. */
    private static List<String> names(Inventory.Environment environment) {
        return Stream.of(
                        environment.nodes().values().stream().map(Inventory.Node::api),
                        environment.registries().values().stream().map(Inventory.Registry::url),
                        environment.monitoring().stream().map(Inventory.Monitoring::prometheusUrl))
                .flatMap(urls -> urls)
                .map(SharedLook::host)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }
}
