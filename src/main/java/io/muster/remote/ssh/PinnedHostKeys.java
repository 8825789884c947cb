package io.muster.remote.ssh;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.security.PublicKey;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;

/**
 * Accepts the keys that the inventory pins for a host and certificates of the authorities that it pins, nothing else, and
 * remembers what was wrong with what was offered instead.
 */
final class PinnedHostKeys implements HostKeyVerifier {

    private final Route route;
    private final List<PublicKeyLine> pins;
    private final HostAuthorities authorities;
    private volatile Optional<StepFailure> refusal = Optional.empty();
    private volatile boolean accepted;

    PinnedHostKeys(Route route, Clock clock) {
        this.route = route;
        this.pins = route.ssh().hostKeys().stream()
                .map(line -> PublicKeyLine.parse(route, "host-keys", line))
                .toList();
        this.authorities = new HostAuthorities(route, clock);
    }

    @Override
    public boolean verify(String hostname, int port, PublicKey key) {
        refusal = key instanceof Certificate<?> certificate ? authorities.refusal(certificate) : unpinned(key);
        accepted = refusal.isEmpty();
        return accepted;
    }

    /** The server is asked for what is pinned first, else it would show a key that cannot match. */
    @Override
    public List<String> findExistingAlgorithms(String hostname, int port) {
        return Stream.concat(authorities.algorithms().stream(), pins.stream().flatMap(pin -> pin.algorithms().stream()))
                .toList();
    }

    /** The failure, when a key was refused. */
    Optional<StepFailure> mismatch() {
        return refusal;
    }

    /** Whether the server has proved to be who it should be. */
    boolean accepted() {
        return accepted;
    }

    private Optional<StepFailure> unpinned(PublicKey key) {
        PublicKeyLine offered = PublicKeyLine.of(key);
        if (pins.contains(offered)) {
            return Optional.empty();
        }
        String pinned = Stream.concat(
                        pins.stream().map(PublicKeyLine::toString),
                        authorities.keys().stream().map(authority -> "certificates of " + authority))
                .collect(Collectors.joining(" and "));
        return Optional.of(new StepFailure.Fatal(
                Reason.HOST_KEY_MISMATCH,
                "Host key of " + route + " is " + offered + " but "
                        + (route.ssh().learned() ? "its node said " : "the inventory pins ") + pinned
                        + "; nothing was sent. " + advice() + "; if not, somebody may be in between."));
    }

    private String advice() {
        return route.ssh().learned()
                ? "If the container was made anew, run the step `containerLearn` for " + route.host()
                        + ", which asks the node again"
                : "If the host was reinstalled, check its key on its console and correct `host-keys` of "
                        + route.host();
    }
}
