package io.muster.steps.provision;

import io.muster.inventory.Inventory;
import io.muster.remote.ContainerAddress;
import io.muster.remote.LearnedHosts;
import io.muster.remote.ObservedHosts;
import io.muster.remote.ObservedHosts.Container;
import io.muster.remote.ObservedHosts.Facts;
import io.muster.remote.ObservedHosts.Observation;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

@StepInfo(
        name = "containerLearn",
        title = "Learn a container's address and host keys",
        description =
                "Asks the container's Proxmox VE node for its address, and reads its host keys through the node's own host,"
                        + " whose keys are pinned: so no unknown key is ever accepted. Both are recorded; steps use the"
                        + " newest. Host keys that changed are a failure, `HostKeyChanged`, for a person to decide, unless"
                        + " the container was just made, or a person accepted them.",
        category = "Provision",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {ContainerLearn.HOST_KEY_CHANGED, Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class ContainerLearn implements Step<ContainerLearn.Input, ContainerLearn.Output> {

    static final String HOST_KEY_CHANGED = "HostKeyChanged";

    public record Input(
            @NotBlank
                    @Field(
                            label = "Host",
                            description = "A host that is an LXC container.",
                            example = "experimental-02")
                    String host,
            @Field(
                            label = "Made anew",
                            description = "The container was created in this run: what was learned of an earlier one of"
                                    + " this name counts for nothing.",
                            defaultValue = "false")
                    boolean created,
            @Field(
                            label = "Only tell of changed keys",
                            description = "Host keys that changed are told (`keysChanged`) and not recorded, and are no"
                                    + " failure: so that a person can be asked.",
                            defaultValue = "false")
                    boolean onlyTell,
            @Field(
                            label = "Accept these",
                            description =
                                    "Fingerprints of changed host keys that a person decided are right, as this step"
                                            + " told them; any others are a failure still.")
                    String acceptFingerprints,
            @Field(
                            label = "Within",
                            description = "How long a container that boots may take to have both.",
                            defaultValue = "PT2M",
                            example = "PT2M")
                    Duration within) {}

    public record Output(
            @Field(label = "Address") String address,
            @Field(label = "Host keys", description = "In OpenSSH's format.") List<String> hostKeys,
            @Field(label = "Fingerprints", description = "Of the host keys, as ssh-keygen shows them.")
                    String fingerprints,
            @Field(label = "Changed", description = "Whether anything else than before was recorded.") boolean changed,
            @Field(label = "Changes", description = "What differs from what was known.") List<String> changes,
            @Field(
                            label = "Keys changed",
                            description = "Whether its host keys are others than known ones, and nothing was recorded.")
                    boolean keysChanged,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final SshHosts hosts;
    private final ContainerAddress addresses;
    private final LearnedHosts learned;
    private final ObservedHosts observed;

    ContainerLearn(
            Targets targets, SshHosts hosts, ContainerAddress addresses, LearnedHosts learned, ObservedHosts observed) {
        this.targets = targets;
        this.hosts = hosts;
        this.addresses = addresses;
        this.learned = learned;
        this.observed = observed;
    }

    @Override
    public String target(Input input) {
        return input.host();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Environment environment = targets.environment(context);
        Inventory.Host host = targets.host(context, input.host());
        Targets.Lxc lxc = targets.lxc(context, input.host());
        Container container = new Container(lxc.node().name(), lxc.vmid());
        String address = Attempts.within(input.within(), context, () -> address(environment, host, container));
        NodeShell node = NodeShell.of(hosts, targets, host, context);
        List<String> keys = Attempts.within(input.within(), context, node::hostKeys);
        Optional<Facts> known = input.created() ? Optional.empty() : learned.facts(environment, host);
        List<String> changes = changes(known, address, keys);
        Optional<String> refusal = known.filter(facts ->
                        !facts.hostKeys().equals(keys) && !Fingerprints.of(keys).equals(input.acceptFingerprints()))
                .map(facts -> refusal(host.name(), facts, keys));
        if (refusal.isPresent()) {
            return refused(
                    input,
                    refusal.get(),
                    new Output(address, keys, Fingerprints.of(keys), false, changes, true, refusal.get()),
                    context);
        }
        if (!changes.isEmpty()) {
            observed.learned(
                    environment.name(),
                    host.name(),
                    container,
                    new Observation(address, keys, Optional.of(context.run().rootId())));
        }
        String summary = host.name() + " is at " + address + ", host keys " + Fingerprints.of(keys)
                + (changes.isEmpty() ? "; known already." : "; recorded.");
        context.log().info(summary);
        return new Output(address, keys, Fingerprints.of(keys), !changes.isEmpty(), changes, false, summary);
    }

    private static Output refused(Input input, String refusal, Output told, StepContext context) {
        if (!input.onlyTell()) {
            throw new StepFailure.Rejected(HOST_KEY_CHANGED, refusal);
        }
        context.log().info(refusal);
        return told;
    }

    private String address(Inventory.Environment environment, Inventory.Host host, Container container) {
        return addresses
                .of(environment, container)
                .orElseThrow(() -> new StepFailure.Transient(
                        Reason.CHECK_FAILED,
                        host.name() + " (LXC container " + container.vmid() + " on node " + container.node()
                                + ") has no IPv4 address on eth0. Is it running, and does its network (DHCP) give it"
                                + " one?"));
    }

    private static String refusal(String host, Facts known, List<String> keys) {
        return "The host keys of " + host + " are " + Fingerprints.of(keys) + ", but on " + known.at() + " its node"
                + " said " + Fingerprints.of(known.hostKeys()) + ". Nothing was recorded. If the container was made"
                + " anew or its keys were renewed on purpose, accept them; if nobody knows why, look who was on the"
                + " container and its node.";
    }

    private static List<String> changes(Optional<Facts> known, String address, List<String> keys) {
        List<String> changes = new ArrayList<>();
        String before = known.map(Facts::address).orElse("(not known)");
        if (!before.equals(address)) {
            changes.add("address: " + before + " -> " + address);
        }
        if (known.filter(facts -> facts.hostKeys().equals(keys)).isEmpty()) {
            changes.add("host keys: "
                    + known.map(facts -> Fingerprints.of(facts.hostKeys())).orElse("(not known)") + " -> "
                    + Fingerprints.of(keys));
        }
        return changes;
    }
}
