package io.muster.sandbox.proxmox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What really runs the containers of a node. The front keeps their configurations and passes them, as Proxmox VE does with
 * LXC. Calls for one container never overlap, except {@link #state}, {@link #isRunning} and {@link #interfaces}, which may come at any time.
 *
 * <p>Every method may throw {@link TaskFailure} with the text that becomes the exit status of the task.
 */
public interface ContainerBackend {

    /** What is seen of a container now; one that this back end does not know is stopped. */
    ContainerState state(int vmid);

    /** The same in short, for back ends to which measuring is dear. */
    default boolean isRunning(int vmid) {
        return state(vmid).isRunning();
    }

    /** Starts a stopped container and returns when its first process runs. */
    void start(int vmid, ContainerConfig config, TaskLog log);

    /** Ends a running container at once. */
    void stop(int vmid, TaskLog log);

    /**
     * Asks a running container to end.
     *
     * @return whether it ended within the timeout; if not, it is left running
     */
    boolean shutdown(int vmid, Duration timeout, TaskLog log);

    /** The interfaces inside a running container. */
    List<NetworkInterface> interfaces(int vmid, ContainerConfig config);

    /** Takes over a changed configuration, as far as it can while the container runs. */
    default void reconfigure(int vmid, ContainerConfig config) {}

    /** Makes a stopped container with an empty file system. */
    default void create(int vmid, ContainerConfig config, TaskLog log) {
        throw new TaskFailure("unable to create CT " + vmid + " - containers cannot be made here");
    }

    /** Makes a stopped container anew, with an empty file system, in place of the one that was stopped. */
    default void replace(int vmid, ContainerConfig config, TaskLog log) {
        destroy(vmid, log);
        create(vmid, config, log);
    }

    /** Where the root of a stopped container's file system lies on this machine. */
    default Path root(int vmid) {
        throw new TaskFailure("the files of CT " + vmid + " are not to be had here");
    }

    /** Removes a stopped container and all its files; does nothing when it is not there. */
    default void destroy(int vmid, TaskLog log) {
        throw new TaskFailure("unable to destroy CT " + vmid + " - it belongs to the sandbox and is kept");
    }

    /** An interface with its addresses in CIDR notation. */
    record NetworkInterface(String name, String hardwareAddress, List<String> addresses) {}
}
