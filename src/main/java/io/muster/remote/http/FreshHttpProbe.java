package io.muster.remote.http;

import io.muster.inventory.Inventory;
import io.muster.remote.HttpProbe;
import io.muster.remote.tls.Trust;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Asks over a new connection each time: a check must see what the name, the port and the certificate are now. */
@Component
final class FreshHttpProbe implements HttpProbe {

    private static final Set<String> OURS = Set.of("content-length", "transfer-encoding");

    private final HttpWire wire;

    FreshHttpProbe(HttpWire wire) {
        this.wire = wire;
    }

    @Override
    public Answer send(Inventory.Environment environment, Request request, Duration timeout, int maxBytes) {
        request.headers().keySet().stream()
                .filter(name -> OURS.contains(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .ifPresent(name -> {
                    throw new StepFailure.Rejected(
                            Reason.INVALID_INPUT,
                            "The header `" + name + "` follows from the body and is set by Muster; remove it.");
                });
        HttpCall call = new HttpCall(
                environment,
                Trust.of(environment),
                request.method(),
                uri(request.url()),
                request.headers(),
                request.body().map(body -> body.getBytes(StandardCharsets.UTF_8)),
                true,
                timeout,
                maxBytes);
        try {
            return answer(wire.send(call));
        } catch (HttpFailed e) {
            throw e.failure();
        }
    }

    private static Answer answer(HttpReply reply) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        reply.headers().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        return new Answer(reply.status(), reply.reason(), headers, reply.text(), reply.truncated(), reply.took());
    }

    /** The text is in no message: it may hold a secret. */
    private static URI uri(String url) {
        try {
            URI uri = new URI(url);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getPort() <= 65535) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new StepFailure.Rejected(
                Reason.INVALID_INPUT,
                "The URL is not of the form http[s]://host[:port]/path (without user name and password, and with"
                        + " spaces and the like percent-encoded); correct it.");
    }
}
