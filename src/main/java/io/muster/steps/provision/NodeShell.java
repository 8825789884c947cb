package io.muster.steps.provision;

import io.muster.inventory.Inventory;
import io.muster.inventory.SshKeys;
import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Targets;
import java.util.List;
import java.util.Map;

/** Reads what only the inside of a container tells through {@code pct exec} on its node, whose host keys are pinned. */
final class NodeShell {

    private static final String HOST_KEYS = "pct exec \"$VMID\" -- sh -c 'cat /etc/ssh/ssh_host_*_key.pub'";

    private final RemoteShell shell;
    private final int vmid;

    private NodeShell(RemoteShell shell, int vmid) {
        this.shell = shell;
        this.vmid = vmid;
    }

    static NodeShell of(SshHosts hosts, Targets targets, Inventory.Host container, StepContext context) {
        Targets.Lxc lxc = targets.lxc(context, container.name());
        String host = lxc.node()
                .host()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Node '" + lxc.node().name() + "' has no `host` in the inventory, so nothing can be learned of "
                                + container.name() + " through it; add nodes."
                                + lxc.node().name() + ".host."));
        return new NodeShell(new RemoteShell(hosts, targets.ssh(context, host), context), lxc.vmid());
    }

    /**
     * The container's own public host keys, without comments.
     *
     * @throws StepFailure.Transient CheckFailed while it shows none; a container that boots makes them
     */
    List<String> hostKeys() {
        RemoteShell.Result result = shell.run(HOST_KEYS, Map.of("VMID", Integer.toString(vmid)));
        List<String> keys = result.out()
                .lines()
                .map(String::strip)
                .filter(line -> SshKeys.problem(line).isEmpty())
                .map(SshKeys::withoutComment)
                .sorted()
                .toList();
        if (!result.ok() || keys.isEmpty()) {
            throw new StepFailure.Transient(
                    Reason.CHECK_FAILED,
                    "`pct exec " + vmid + "` on " + shell.host() + " showed no host keys of the container ("
                            + result.why()
                            + "). Is it running, is an OpenSSH server installed in it (/etc/ssh), and may"
                            + " the user there run pct as root?");
        }
        return keys;
    }
}
