package io.muster.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether this machine lets its users make the namespaces that hosts are made of. */
public final class Namespaces {

    private static final String PROBE =
            "mount -t proc proc /proc && exec unshare --user --map-root-user --mount --uts -- /bin/true";

    private static final String OTHERWISE =
            "Or run without the sandbox: name an inventory of your own in MUSTER_INVENTORY.";

    private final Path proc;
    private final Path root;
    private final List<String> unshare;

    Namespaces(Path proc, Path root, List<String> unshare) {
        this.proc = proc;
        this.root = root;
        this.unshare = unshare;
    }

    /**
     * Makes the namespaces of a host once, and drops them.
     *
     * @throws NamespacesUnavailable with what is forbidden or missing, and how to go on
     */
    public static void check() {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new NamespacesUnavailable("The sandbox needs Linux: its hosts are Linux namespaces, and this is "
                    + System.getProperty("os.name") + ". Run it in a Linux virtual machine. " + OTHERWISE);
        }
        String unshare = Shell.find("unshare").orElse("unshare");
        new Namespaces(Path.of("/proc"), Path.of("/"), List.of(unshare)).probe();
    }

    void probe() {
        List<String> command = new ArrayList<>(unshare);
        command.addAll(List.of("--user", "--map-root-user", "--mount", "--uts", "--pid", "--fork", "--"));
        command.addAll(List.of("/bin/sh", "-c", PROBE));
        String said;
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(Map.of("LC_ALL", "C", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
            Process process = builder.start();
            process.getOutputStream().close();
            said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() == 0) {
                return;
            }
        } catch (IOException e) {
            throw new NamespacesUnavailable(
                    "The sandbox needs the tool 'unshare' to make its hosts, and it could not be run (" + e.getMessage()
                            + "). Install the package util-linux. " + OTHERWISE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NamespacesUnavailable("Interrupted while trying whether namespaces are allowed.");
        }
        throw new NamespacesUnavailable("The sandbox cannot make its hosts: this machine does not allow user "
                + System.getProperty("user.name") + " to make Linux namespaces (user, mount, pid, uts); "
                + String.join(" ", unshare) + " said: " + (said.isEmpty() ? "nothing" : said) + ". " + remedy() + " "
                + OTHERWISE);
    }

    /** From the switches that distributions have; the first that says no is the one. */
    private String remedy() {
        if (is("sys/kernel/unprivileged_userns_clone", "0")) {
            return sysctl("kernel.unprivileged_userns_clone", "1", "forbids user namespaces to plain users");
        }
        if (is("sys/user/max_user_namespaces", "0")) {
            return sysctl("user.max_user_namespaces", "15000", "allows none");
        }
        if (is("sys/kernel/apparmor_restrict_unprivileged_userns", "1")) {
            return sysctl(
                    "kernel.apparmor_restrict_unprivileged_userns", "0", "makes AppArmor strip them of their rights");
        }
        if (inContainer()) {
            return "This is a container, whose seccomp profile or masked /proc forbids them. Start it with"
                    + " '--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt"
                    + " systempaths=unconfined' (Docker, Podman), or run Muster on the machine itself.";
        }
        return "No sysctl says why, so a security module or a service manager (systemd: RestrictNamespaces=) forbids them:"
                + " try 'unshare --user --map-root-user --mount --uts --pid --fork true' as this user outside the service.";
    }

    private static String sysctl(String name, String value, String what) {
        return "The kernel setting " + name + " " + what + ". Allow them with 'sudo sysctl -w " + name + "=" + value
                + "' (to keep it: a line '" + name + "=" + value + "' in /etc/sysctl.d/60-muster.conf).";
    }

    private boolean is(String setting, String value) {
        return read(proc.resolve(setting)).filter(value::equals).isPresent();
    }

    private boolean inContainer() {
        return Files.exists(root.resolve(".dockerenv")) || Files.exists(root.resolve("run/.containerenv"));
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    /** The message says what is forbidden and how to proceed. */
    public static final class NamespacesUnavailable extends RuntimeException {
        NamespacesUnavailable(String message) {
            super(message);
        }
    }
}
