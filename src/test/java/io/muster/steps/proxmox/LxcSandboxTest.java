package io.muster.steps.proxmox;

import io.muster.sandbox.proxmox.RunningProxmox;
import io.muster.steps.Bench;
import io.muster.steps.SandboxBench;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The containers of the sandbox. */
class LxcSandboxTest extends LxcContract {

    @TempDir
    static Path directory;

    private SandboxBench sandbox;

    @Override
    Bench started() throws Exception {
        sandbox = new SandboxBench(directory);
        sandbox.bench.secrets.put(KEY, sandbox.bench.secrets.get("sandbox-ssh-key"));
        return sandbox.bench;
    }

    @Override
    void ended() {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @Override
    String template() {
        return RunningProxmox.TEMPLATE;
    }

    @Override
    String network() {
        return "name=eth0,bridge=vmbr0,ip=dhcp";
    }

    @Override
    int sshPort() {
        return 2222;
    }

    @Override
    Optional<String> publicKey() {
        return Optional.empty();
    }

    @Override
    Path faults() {
        return directory.resolve("sandbox/faults");
    }
}
