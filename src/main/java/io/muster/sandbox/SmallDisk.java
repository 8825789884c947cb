package io.muster.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The small file system of a host, which a fault fills up. */
final class SmallDisk {

    static final String PATH = "/srv/small";

    private static final String FILLER = PATH + "/.filled-on-purpose";
    private static final String FILL = "cat /dev/zero >" + FILLER + " 2>/dev/null; [ -s " + FILLER + " ]";
    private static final String EMPTY = "rm -f " + FILLER;

    private final Jail jail;
    private final HostFaults faults;
    /** Empty until looked at: the host may have been adopted as it was. */
    private Optional<Boolean> full = Optional.empty();

    SmallDisk(Jail jail, HostFaults faults) {
        this.jail = jail;
        this.faults = faults;
    }

    void refresh() {
        boolean shallBeFull = faults.active(HostFaults.Fault.DISK_FULL);
        if (!full.equals(Optional.of(shallBeFull))) {
            run(shallBeFull ? FILL : EMPTY);
            full = Optional.of(shallBeFull);
        }
    }

    /** After a reboot it is empty again. */
    void forget() {
        full = Optional.empty();
    }

    private void run(String script) {
        try {
            Process process = jail.exec(List.of("/bin/sh", "-c", script), Map.of(), "/");
            process.getOutputStream().close();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("In the jail of " + jail.root() + ", this failed: " + script);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
