package io.muster.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** A sandbox in a JVM of its own, which a test can kill. */
final class OtherServer {

    private static final String READY = "other server is ready";

    private OtherServer() {}

    public static void main(String[] arguments) throws IOException {
        Sandbox.start(new SandboxSettings(Path.of(arguments[0]), arguments[1]));
        System.out.println(READY);
        System.in.transferTo(System.out);
    }

    static Process start(Path directory, String network) throws IOException {
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherServer.class.getName(),
                        directory.toString(),
                        network)
                .redirectErrorStream(true)
                .start();
        BufferedReader said = server.inputReader();
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains(READY)) {
                return server;
            }
            all.append(line).append('\n');
        }
        throw new AssertionError("The other server ended: " + all);
    }
}
