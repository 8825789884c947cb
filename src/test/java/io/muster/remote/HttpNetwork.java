package io.muster.remote;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.step.StepFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** What speaks HTTP and TLS, as the application wires it, with names, secrets and an authority of the test's own. */
public final class HttpNetwork implements AutoCloseable {

    public final CertificateAuthority authority;
    public final Map<String, String> secrets = new ConcurrentHashMap<>();
    public final Map<String, List<String>> names = new ConcurrentHashMap<>();
    public final Map<String, Inventory.Registry> registries = new ConcurrentHashMap<>();
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    public HttpNetwork(Path directory) {
        this(directory, Clock.systemUTC());
    }

    public HttpNetwork(Path directory, Clock clock) {
        authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        context.registerBean(Clock.class, () -> clock);
        context.registerBean(Secrets.class, () -> new MapSecrets(secrets));
        context.registerBean(NameResolver.class, () -> new MapNames(names));
        context.scan(
                "io.muster.remote.http",
                "io.muster.remote.tls",
                "io.muster.remote.registry",
                "io.muster.remote.proxmox");
        context.refresh();
    }

    public <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    /** Trusts the authority of the test. */
    public Inventory.Environment environment() {
        return environment(authority.pem());
    }

    public Inventory.Environment environment(String... trust) {
        return new Inventory.Environment(
                "test",
                "An environment of a test",
                new Inventory.Approval(Inventory.Approval.Mode.SECOND_PERSON, Optional.empty()),
                Optional.empty(),
                List.of(trust),
                registries,
                Map.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    @Override
    public void close() {
        context.close();
    }

    private record MapNames(Map<String, List<String>> names) implements NameResolver {
        @Override
        public List<InetAddress> addresses(Inventory.Environment environment, String name) {
            List<String> found = name.matches("[0-9.]+") ? List.of(name) : names.get(name);
            if (found == null) {
                throw new StepFailure.Rejected("NameNotFound", "The name " + name + " does not exist.");
            }
            return found.stream().map(MapNames::address).toList();
        }

        private static InetAddress address(String text) {
            try {
                return InetAddress.getByName(text);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }

        @Override
        public List<String> records(
                Inventory.Environment environment, String name, String type, Optional<String> resolver) {
            throw new UnsupportedOperationException("no test here asks for records");
        }
    }

    private record MapSecrets(Map<String, String> values) implements Secrets {
        @Override
        public String resolve(SecretRef ref) {
            return Optional.ofNullable(values.get(ref.name()))
                    .orElseThrow(() -> new SecretMissing(ref, "Nothing defines " + ref + "."));
        }

        @Override
        public Set<String> known() {
            return new HashSet<>(values.values());
        }
    }
}
