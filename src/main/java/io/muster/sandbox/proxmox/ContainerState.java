package io.muster.sandbox.proxmox;

import java.time.Instant;
import java.util.Optional;

/**
 * What is seen of a container at one moment.
 *
 * @param running present when it runs
 */
public record ContainerState(Optional<Running> running) {

    /** @param pid of its first process; bytes of memory and disk are what it uses */
    public record Running(long pid, Instant since, long memory, long disk) {}

    public static ContainerState stopped() {
        return new ContainerState(Optional.empty());
    }

    public static ContainerState running(long pid, Instant since, long memory, long disk) {
        return new ContainerState(Optional.of(new Running(pid, since, memory, disk)));
    }

    public boolean isRunning() {
        return running.isPresent();
    }
}
