package io.muster.remote.proxmox;

import java.time.Duration;

/** Waits between two looks at a task. */
interface Pause {

    void pause(Duration duration) throws InterruptedException;
}
