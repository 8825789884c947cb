package io.muster.steps.target;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Version;
import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.remote.SshHosts;
import io.muster.step.ByteSize;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Looks at one host over SSH, with one command, and at its Docker engine. */
final class HostLook {

    private static final String SCRIPT =
            """
            echo "uid=$(id -u)"
            echo "now=$(date +%s)"
            echo "kernel=$(uname -sr)"
            echo "system=$(. /etc/os-release 2>/dev/null && echo "$PRETTY_NAME")"
            echo "shell=$(getent passwd "$(id -un)" 2>/dev/null | cut -d: -f7)"
            printf '%s\\n' "$MUSTER_PATHS" | while IFS= read -r path; do
              printf 'free=%s\\t%s\\n' "$path" "$(LC_ALL=C df -Pk -- "$path" 2>/dev/null | sed 1d | tr '\\n' ' ')"
            done
            """;

    private static final String ENGINE_SPACE = "Free space for the engine's images";

    private final SshHosts hosts;
    private final DockerEngines engines;
    private final Clock clock;
    private final String commandDirectory;

    /** @param commandDirectory where commands keep their output before other places; empty: none is configured */
    HostLook(SshHosts hosts, DockerEngines engines, Clock clock, String commandDirectory) {
        this.hosts = hosts;
        this.engines = engines;
        this.clock = clock;
        this.commandDirectory = commandDirectory;
    }

    List<Finding> look(
            Inventory.Environment environment,
            Inventory.Host host,
            TargetCheck.Input wanted,
            BooleanSupplier cancelled) {
        List<Finding> findings = new ArrayList<>();
        SshHosts.Target target = new SshHosts.Target(environment, host);
        overSsh(target, wanted, cancelled, findings);
        host.docker().ifPresent(docker -> {
            findings.add(engine(environment, host, docker));
            if (findings.get(findings.size() - 1).ok()) {
                engineSpace(target, wanted, cancelled).ifPresent(findings::add);
            }
        });
        return findings;
    }

    private void overSsh(
            SshHosts.Target target, TargetCheck.Input wanted, BooleanSupplier cancelled, List<Finding> findings) {
        String name = "host " + target.host().name();
        List<String> paths = new ArrayList<>(List.of("/"));
        paths.addAll(target.host().persistentStorage());
        try {
            Instant asked = clock.instant();
            HostFacts facts = HostFacts.of(
                    said(target, SCRIPT + OutputPlace.SCRIPT, String.join("\n", paths), false, wanted, cancelled));
            Instant answered = clock.instant();
            findings.add(Finding.good(
                    name, "SSH and pinned host key", target.host().ssh().user() + " logged in", "a login"));
            new HostVerdicts(name, facts, wanted, findings).all(paths, asked, answered);
            if (!facts.root()) {
                findings.add(sudo(target, name, wanted, cancelled));
            }
        } catch (StepFailure e) {
            findings.add(Finding.failed(name, "SSH and pinned host key", "a login", e));
        }
    }

    private Finding sudo(SshHosts.Target target, String name, TargetCheck.Input wanted, BooleanSupplier cancelled) {
        try {
            String uid = said(target, "id -u", "", true, wanted, cancelled).strip();
            return uid.equals("0")
                    ? Finding.good(name, "sudo", "root", "root")
                    : noSudo(name, uid.isEmpty() ? "no answer" : "user id " + uid);
        } catch (StepFailure e) {
            return noSudo(name, e.getMessage());
        }
    }

    private static Finding noSudo(String name, String found) {
        return Finding.bad(
                name, "sudo", found, "root", "Allow the user sudo (a line in /etc/sudoers.d), or log in as root.");
    }

    private String said(
            SshHosts.Target target,
            String script,
            String paths,
            boolean sudo,
            TargetCheck.Input wanted,
            BooleanSupplier cancelled) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        hosts.run(
                target,
                script,
                Map.of("MUSTER_PATHS", paths, "MUSTER_PLACE", commandDirectory),
                sudo,
                new SshHosts.Output() {
                    @Override
                    public void out(byte[] bytes, int offset, int length) {
                        synchronized (out) {
                            out.write(bytes, offset, Math.min(length, 65_536 - Math.min(65_536, out.size())));
                        }
                    }

                    @Override
                    public void err(byte[] bytes, int offset, int length) {
                        // A banner or a profile's complaint is no finding.
                    }
                },
                wanted.limit(),
                cancelled);
        synchronized (out) {
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    private Finding engine(Inventory.Environment environment, Inventory.Host host, Inventory.Docker docker) {
        String name = "host " + host.name();
        String wanted = "an engine at " + docker.endpoint();
        try {
            Version version = engines.call(environment, host, "ask for the version", HostLook::version);
            return Finding.good(
                    name, "Docker engine", version.getVersion() + ", API " + version.getApiVersion(), wanted);
        } catch (StepFailure e) {
            return Finding.failed(name, "Docker engine", wanted, e);
        }
    }

    /** Empty where the engine is on another machine, or keeps its data in a place that it does not tell. */
    private Optional<Finding> engineSpace(SshHosts.Target target, TargetCheck.Input wanted, BooleanSupplier cancelled) {
        String name = "host " + target.host().name();
        try {
            String root = engines.call(target.environment(), target.host(), "ask where it keeps its data", client -> {
                String said = client.infoCmd().exec().getDockerRootDir();
                return said == null ? "" : said;
            });
            if (root.isEmpty()) {
                return Optional.empty();
            }
            return free(target, root, false, wanted, cancelled)
                    .or(() ->
                            isElsewhere(target.host()) ? Optional.empty() : free(target, root, true, wanted, cancelled))
                    .map(free -> engineSpace(name, root, free, wanted.minimumFree()))
                    .or(() -> isElsewhere(target.host()) ? Optional.empty() : Optional.of(notSeen(name, root, wanted)));
        } catch (StepFailure e) {
            return Optional.of(Finding.failed(name, ENGINE_SPACE, "an answer", e));
        }
    }

    /** Where the way to it cannot be passed ({@code /var/lib/docker} is often closed), only root sees. */
    private Optional<Long> free(
            SshHosts.Target target, String path, boolean sudo, TargetCheck.Input wanted, BooleanSupplier cancelled) {
        try {
            return HostFacts.of(said(target, SCRIPT, path, sudo, wanted, cancelled))
                    .freeKib()
                    .getOrDefault(path, Optional.empty());
        } catch (StepFailure e) {
            if (sudo && e.reason().equals(Reason.PERMISSION_DENIED)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** An engine at an address that is not the host's own; all others are on the host. */
    private static boolean isElsewhere(Inventory.Host host) {
        URI endpoint = URI.create(host.docker().orElseThrow().endpoint());
        return "unix".equals(endpoint.getScheme())
                || endpoint.getHost() != null
                        && !endpoint.getHost().equals(host.ssh().address());
    }

    private static Finding notSeen(String name, String root, TargetCheck.Input wanted) {
        return Finding.bad(
                name,
                ENGINE_SPACE,
                "not seen: " + root,
                "at least " + wanted.minimumFree(),
                "The engine says that it keeps its data there, and `df " + root
                        + "` says nothing, with sudo neither: allow"
                        + " the user sudo, or look whether the engine that answers is that of this host.");
    }

    private static Finding engineSpace(String name, String root, long freeKib, ByteSize least) {
        String found = size(freeKib) + " on " + root;
        String wanted = "at least " + least;
        return freeKib * 1024 >= least.bytes()
                ? Finding.good(name, ENGINE_SPACE, found, wanted)
                : Finding.bad(
                        name,
                        ENGINE_SPACE,
                        found,
                        wanted,
                        "Free or add space: `docker system df` says what takes it; `docker image prune` removes images"
                                + " without a tag.");
    }

    private static Version version(DockerClient client) {
        return client.versionCmd().exec();
    }

    static String size(long kibibytes) {
        return new ByteSize(kibibytes * 1024).toString();
    }

    static Duration difference(long hostSeconds, Instant asked, Instant answered) {
        Instant host = Instant.ofEpochSecond(hostSeconds);
        // The host's answer is cut to the second, and came at some moment between the two.
        if (host.plusSeconds(1).isBefore(asked)) {
            return Duration.between(host.plusSeconds(1), asked);
        }
        return host.isAfter(answered) ? Duration.between(answered, host) : Duration.ZERO;
    }
}
