package io.muster.sandbox.notes;

import java.time.Clock;

/** Starts the service; ends on TERM. */
public final class NotesMain {
    private NotesMain() {}

    public static void main(String[] args) throws Exception {
        NotesServer server = NotesServer.start(Settings.from(System.getenv()), Clock.systemUTC());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            System.out.println("notes stops");
            server.close();
        }));
    }
}
