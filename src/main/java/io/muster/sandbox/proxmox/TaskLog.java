package io.muster.sandbox.proxmox;

/** The log of a running task. */
@FunctionalInterface
public interface TaskLog {
    /** Appends a line. */
    void line(String text);
}
