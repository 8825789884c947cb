package io.muster.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.transport.verification.PromiscuousVerifier;

/** A real client for the hosts of a sandbox. */
final class SshClients {

    record Result(int status, String out, String err) {}

    private SshClients() {}

    static SSHClient connect(Sandbox sandbox, SandboxHost host) throws IOException {
        return connect(host, sandbox.secrets().resolve("sandbox-ssh-key"), "root");
    }

    static SSHClient connect(SandboxHost host, Path key, String user) throws IOException {
        SSHClient client = new SSHClient();
        client.addHostKeyVerifier(new PromiscuousVerifier());
        client.setConnectTimeout(5000);
        try {
            client.connect(host.address(), SandboxNetwork.SSH_PORT);
            client.authPublickey(user, key.toString());
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    static Result run(SSHClient client, String command) throws IOException {
        try (Session session = client.startSession()) {
            Session.Command running = session.exec(command);
            String out = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err = new String(running.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            running.join();
            running.close();
            return new Result(running.getExitStatus(), out, err);
        }
    }
}
