package io.muster.remote.ssh;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.shell.InvertedShellWrapper;
import org.apache.sshd.server.shell.ProcessShell;

/** Apache MINA SSHD that runs commands through a login shell of this machine, as sshd does. */
final class EmbeddedSshServer implements SshServer {

    final KeyPair userKey = TestKeys.rsa();
    final List<String> commands = new CopyOnWriteArrayList<>();
    private final KeyPair hostKey;
    private final org.apache.sshd.server.SshServer server = org.apache.sshd.server.SshServer.setUpDefaultServer();
    volatile List<String> loginShell = List.of("/bin/sh");
    /** Searched before the machine's own commands. */
    volatile Path path = Path.of("/bin");

    volatile String password = "";

    EmbeddedSshServer() throws IOException {
        this(TestKeys.ecdsa());
    }

    EmbeddedSshServer(KeyPair hostKey) throws IOException {
        this.hostKey = hostKey;
        server.setHost("127.0.0.1");
        server.setPort(0);
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setPublickeyAuthenticator((user, key, session) -> KeyUtils.compareKeys(key, userKey.getPublic()));
        server.setPasswordAuthenticator((user, given, session) -> !given.isEmpty() && given.equals(password));
        server.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        server.setCommandFactory((channel, command) -> command(channel, command));
        server.start();
    }

    private Command command(ChannelSession channel, String command) {
        commands.add(command);
        List<String> argv = new ArrayList<>(loginShell);
        argv.add("-c");
        argv.add(command);
        return new InvertedShellWrapper(new Shell(path, argv));
    }

    org.apache.sshd.server.SshServer server() {
        return server;
    }

    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public String hostKey() {
        return TestKeys.publicLine(hostKey);
    }

    @Override
    public String user() {
        return "operator";
    }

    @Override
    public String privateKey() {
        try {
            return TestKeys.openSsh(userKey);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }

    private static final class Shell extends ProcessShell {
        private final Path path;

        Shell(Path path, List<String> argv) {
            super(argv);
            this.path = path;
        }

        @Override
        protected Map<String, String> resolveShellEnvironment(Map<String, String> env) {
            Map<String, String> all = super.resolveShellEnvironment(env);
            all.put("PATH", path + ":" + System.getenv("PATH"));
            return all;
        }
    }
}
