package io.muster.remote.ssh;

import io.muster.remote.DurableCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;

/** The two halves of a durable command, {@code follow.sh} and {@code run.sh}, with what they are given. */
final class DurableScript {

    private static final String FOLLOW = load("follow.sh");
    private static final String RUN = load("run.sh");

    private DurableScript() {}

    /**
     * @param directory where the command's directory is, when that is known already
     * @param out how many bytes of the stream arrived in an earlier attachment
     */
    static ShellScript follow(
            DurableCommands.Command command,
            String mark,
            String place,
            Optional<String> directory,
            long out,
            long err,
            InputStream conversation) {
        String given = "mark=" + mark + " id=" + command.id() + " known=" + quoted(directory.orElse("")) + " place="
                + quoted(place) + " out=" + out + " err=" + err + " limit=" + command.outputLimit() + "\nprogram="
                + quoted(RUN) + "\n";
        return ShellScript.thatSpeaksFirst(given + FOLLOW, command.sudo(), conversation);
    }

    /** What is answered when the place is recorded: the word and the line that the command is. */
    static String start(DurableCommands.Command command) {
        return "start\n" + new ShellScript(command.script(), command.env(), false).line(false);
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }

    private static String load(String name) {
        try (InputStream file = DurableScript.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .collect(Collectors.joining("\n", "", "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name, e);
        }
    }
}
