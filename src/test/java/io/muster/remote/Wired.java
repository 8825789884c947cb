package io.muster.remote;

import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** The package as the application wires it, with a clock and secrets of the test's own. Close it. */
public final class Wired implements AutoCloseable {

    public final TurnedClock clock = new TurnedClock();
    public final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    public Wired() {
        context.registerBean(Clock.class, () -> clock);
        context.registerBean(Secrets.class, () -> new MapSecrets(secrets));
        // In place of the one on PostgreSQL, by its name: what a scan finds gives way to what is registered.
        context.registerBean("jdbcSeenTags", SeenTags.class, MapSeenTags::new);
        context.registerBean("jdbcObservedHosts", ObservedHosts.class, MapObservedHosts::new);
        context.scan("io.muster.remote");
        context.refresh();
    }

    public <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }

    private static final class MapSeenTags implements SeenTags {
        private final Map<String, Seen> seen = new ConcurrentHashMap<>();

        @Override
        public Seen firstSeen(String repository, String tag, String digest) {
            return seen.computeIfAbsent(repository + ":" + tag, key -> new Seen(digest, Instant.now()));
        }
    }

    private record MapSecrets(Map<String, String> values) implements Secrets {
        @Override
        public String resolve(SecretRef ref) {
            String value = values.get(ref.name());
            if (value == null) {
                throw new SecretMissing(ref, "Nothing defines " + ref + ".");
            }
            return value;
        }

        @Override
        public Set<String> known() {
            return new HashSet<>(values.values());
        }
    }
}
