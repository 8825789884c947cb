package io.muster.remote.http;

/** How far one request has come; written by the thread that makes it, read by the one that waits. */
final class Progress {

    private enum Phase {
        LOOKING_UP("looking the name up"),
        CONNECTING("connecting"),
        WAITING("waiting for the answer"),
        READING("reading the answer");

        final String text;

        Phase(String text) {
            this.text = text;
        }
    }

    private volatile Phase phase = Phase.LOOKING_UP;
    private volatile String address = "";
    private volatile int bytes;
    private volatile Runnable abort = () -> {};
    private volatile boolean aborted;

    void connecting(String to, Runnable aborting) {
        address = to;
        abort = aborting;
        phase = Phase.CONNECTING;
        if (aborted) {
            aborting.run();
        }
    }

    void waiting() {
        phase = Phase.WAITING;
    }

    void read(int count) {
        bytes = count;
        phase = Phase.READING;
    }

    /** Ends the connection; one that is being made as soon as it is known. */
    void abort() {
        aborted = true;
        abort.run();
    }

    boolean aborted() {
        return aborted;
    }

    boolean sent() {
        return phase == Phase.WAITING || phase == Phase.READING;
    }

    @Override
    public String toString() {
        return phase.text
                + (address.isEmpty() ? "" : " (" + address + ")")
                + (phase == Phase.READING ? ", of which " + bytes + " bytes came" : "");
    }
}
