package io.muster.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * What goes wrong on purpose with one host. A fault is a file {@code faults/<host>.<fault>} in the sandbox's directory:
 * it begins within a second of the file's creation (by hand, or by these methods), and ends with its removal.
 *
 * <ul>
 *   <li>{@code <host>.ssh-drop}: its SSH connections are cut once; the sandbox removes the file when it has done so
 *   <li>{@code <host>.ssh-refuse}: its SSH port is closed
 *   <li>{@code <host>.ssh-latency}: commands over SSH start that many milliseconds later; the file's content is the number
 *   <li>{@code <host>.disk-full}: its small file system {@code /srv/small} (1 MiB) has no space left
 * </ul>
 */
public final class HostFaults {

    /** The file name's ending is the constant's name in lower case with dashes. */
    public enum Fault {
        SSH_DROP,
        SSH_REFUSE,
        SSH_LATENCY,
        DISK_FULL
    }

    private final Path directory;
    private final String host;

    HostFaults(Path directory, String host) {
        this.directory = directory;
        this.host = host;
    }

    public boolean active(Fault fault) {
        return Files.exists(file(fault));
    }

    public void begin(Fault fault) {
        write(fault, "");
    }

    public void end(Fault fault) {
        taken(fault);
    }

    /** Ends a fault that happens once; tells whether it was there. */
    public boolean taken(Fault fault) {
        try {
            return Files.deleteIfExists(file(fault));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not remove " + file(fault), e);
        }
    }

    public void delayCommands(Duration by) {
        write(Fault.SSH_LATENCY, Long.toString(by.toMillis()));
    }

    /** How much later a command starts. */
    public Duration commandDelay() {
        Path file = file(Fault.SSH_LATENCY);
        try {
            String text = Files.readString(file).strip();
            if (!text.matches("\\d{1,9}")) {
                throw new IllegalStateException("The fault " + file + " holds '" + text
                        + "' instead of a number of milliseconds, such as 250.");
            }
            return Duration.ofMillis(Long.parseLong(text));
        } catch (NoSuchFileException none) {
            return Duration.ZERO;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
    }

    private void write(Fault fault, String text) {
        try {
            Files.createDirectories(directory);
            Path next = directory.resolve("." + file(fault).getFileName());
            Files.writeString(next, text);
            Files.move(next, file(fault), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write " + file(fault), e);
        }
    }

    private Path file(Fault fault) {
        return directory.resolve(
                host + "." + fault.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
