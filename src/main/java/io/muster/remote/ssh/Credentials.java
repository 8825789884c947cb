package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.method.AuthKeyboardInteractive;
import net.schmizz.sshj.userauth.method.AuthMethod;
import net.schmizz.sshj.userauth.method.AuthPassword;
import net.schmizz.sshj.userauth.method.AuthPublickey;
import net.schmizz.sshj.userauth.method.PasswordResponseProvider;
import net.schmizz.sshj.userauth.password.PasswordFinder;
import net.schmizz.sshj.userauth.password.PasswordUtils;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Resolves a host's secrets at the moment of use and turns them into ways to authenticate: key, agent, password, prompt. */
@Component
final class Credentials {

    /** Servers word their prompt freely; what is asked for without echo is the password. */
    private static final Pattern ANY_PROMPT = Pattern.compile(".*", Pattern.DOTALL);

    private static final Duration AGENT_ANSWERS = Duration.ofSeconds(20);

    private final Secrets secrets;
    private final Environment environment;

    /** @param environment knows SSH_AUTH_SOCK */
    Credentials(Secrets secrets, Environment environment) {
        this.secrets = secrets;
        this.environment = environment;
    }

    List<AuthMethod> of(Route route, SSHClient client) {
        Inventory.Ssh ssh = route.ssh();
        List<AuthMethod> methods = new ArrayList<>();
        ssh.privateKey().ifPresent(ref -> methods.add(new AuthPublickey(key(route, ref, client))));
        ssh.agent().ifPresent(agent -> methods.addAll(identities(route, agent)));
        ssh.password().map(ref -> resolve(route, ref)).ifPresent(password -> {
            methods.add(new AuthPassword(once(password)));
            methods.add(new AuthKeyboardInteractive(new PasswordResponseProvider(once(password), ANY_PROMPT)));
        });
        if (methods.isEmpty()) {
            throw new StepFailure.Fatal(
                    Reason.AUTHENTICATION_FAILED,
                    "The inventory gives no way to log in to " + route + " as " + ssh.user()
                            + "; add `private-key`, `agent` or `password` to " + route.host() + ".");
        }
        return methods;
    }

    /** What sudo on the host asks for, if the inventory says that it does. */
    Optional<String> sudoPassword(Route route) {
        return route.ssh().sudoPassword().map(ref -> resolve(route, ref));
    }

    private List<AuthMethod> identities(Route route, Inventory.Agent agent) {
        String socket = agent.socket()
                .or(() -> Optional.ofNullable(environment.getProperty("SSH_AUTH_SOCK")))
                .filter(path -> !path.isBlank())
                .orElseThrow(() -> noAgent(
                        route,
                        "the server's environment has no SSH_AUTH_SOCK; set it, or give the socket's path as `agent` of "
                                + route.host(),
                        null));
        SshAgent asked = new SshAgent(Path.of(socket), AGENT_ANSWERS);
        try {
            List<AuthMethod> methods = new ArrayList<>();
            asked.identities().stream()
                    .filter(AgentLogin::usable)
                    .forEach(identity -> methods.add(new AgentLogin(asked, identity)));
            if (methods.isEmpty()) {
                throw noAgent(route, "the agent at " + socket + " holds no key; add one with `ssh-add`", null);
            }
            return methods;
        } catch (IOException | RuntimeException e) {
            if (e instanceof StepFailure failure) {
                throw failure;
            }
            throw noAgent(
                    route,
                    "the agent at " + socket + " cannot be asked (" + Causes.text(e)
                            + "); check that it runs and that the server's user may use its socket",
                    e);
        }
    }

    private static StepFailure noAgent(Route route, String why, Throwable cause) {
        return new StepFailure.Fatal(
                Reason.AUTHENTICATION_FAILED, "Cannot log in to " + route + ": " + why + ".", cause);
    }

    /** The public half of the host's private key; empty where it has none. */
    Optional<KeyProvider> key(Route route) {
        return route.ssh().privateKey().map(ref -> key(route, ref, new SSHClient()));
    }

    /** The names of the secrets that were tried, for messages. */
    static String tried(Route route) {
        List<String> tried = new ArrayList<>();
        route.ssh().privateKey().ifPresent(ref -> tried.add("private key " + ref));
        route.ssh()
                .agent()
                .ifPresent(agent ->
                        tried.add("the keys of the agent " + agent.socket().orElse("that SSH_AUTH_SOCK names")));
        route.ssh().password().ifPresent(ref -> tried.add("password " + ref));
        return String.join(" and ", tried);
    }

    private KeyProvider key(Route route, SecretRef ref, SSHClient client) {
        String pem = resolve(route, ref) + "\n";
        Optional<String> passphrase = route.ssh().passphrase().map(phrase -> resolve(route, phrase));
        try {
            KeyProvider provider =
                    client.loadKeys(pem, null, passphrase.map(Credentials::once).orElse(null));
            provider.getPrivate();
            provider.getPublic();
            return provider;
        } catch (IOException | RuntimeException e) {
            throw new StepFailure.Fatal(Reason.AUTHENTICATION_FAILED, unreadable(route, ref, passphrase), e);
        }
    }

    private static String unreadable(Route route, SecretRef ref, Optional<String> passphrase) {
        String hint = passphrase.isPresent()
                ? "the passphrase " + route.ssh().passphrase().orElseThrow() + " does not open it, or "
                : "it needs a `passphrase`, or ";
        return "The private key " + ref + " of " + route + " cannot be read: " + hint
                + "it is not a private key in OpenSSH or PEM (PKCS#8) format.";
    }

    private String resolve(Route route, SecretRef ref) {
        try {
            return secrets.resolve(ref);
        } catch (Secrets.SecretMissing e) {
            throw new StepFailure.Fatal(Reason.SECRET_MISSING, "Cannot log in to " + route + ": " + e.getMessage(), e);
        }
    }

    private static PasswordFinder once(String password) {
        return PasswordUtils.createOneOff(password.toCharArray());
    }
}
