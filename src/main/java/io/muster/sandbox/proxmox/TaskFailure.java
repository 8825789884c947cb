package io.muster.sandbox.proxmox;

/** Ends a task as failed; the message is its exit status. */
public final class TaskFailure extends RuntimeException {
    public TaskFailure(String exitStatus) {
        super(exitStatus);
    }
}
