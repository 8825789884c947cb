package io.muster.remote.http;

import io.muster.remote.NameResolver;
import io.muster.remote.tls.CertificateRefused;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request from the look-up of the name to the last byte that is wanted. */
final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final int CHUNK = 16 << 10;

    private final HttpCall call;
    private final NameResolver names;
    private final HttpClients clients;
    private final Progress progress;
    private final long started = System.nanoTime();

    Exchange(HttpCall call, NameResolver names, HttpClients clients, Progress progress) {
        this.call = call;
        this.names = names;
        this.clients = clients;
        this.progress = progress;
    }

    /** Asks the addresses of the name in turn until one takes the connection. */
    HttpReply run() {
        List<InetAddress> addresses = addresses();
        HttpFailed last = null;
        for (InetAddress address : addresses) {
            try {
                return ask(address, addresses.size());
            } catch (HttpFailed e) {
                if (!e.failure().reason().equals(Reason.HOST_UNREACHABLE) || progress.aborted()) {
                    throw e;
                }
                last = e;
            }
        }
        throw last;
    }

    private List<InetAddress> addresses() {
        try {
            return names.addresses(call.environment(), call.uri().getHost());
        } catch (StepFailure e) {
            throw new HttpFailed(e, false);
        }
    }

    private HttpReply ask(InetAddress address, int addresses) {
        HttpHost target =
                new HttpHost(call.uri().getScheme(), address, call.uri().getHost(), call.port());
        HttpUriRequestBase request = request();
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(HttpClients.PROGRESS, progress);
        context.setRequestConfig(HttpClients.config(call.timeout(), addresses));
        progress.connecting(address.getHostAddress() + ":" + call.port(), request::cancel);
        try {
            ClassicHttpResponse response =
                    clients.of(call.trust(), call.fresh()).executeOpen(target, request, context);
            try {
                return read(response, request);
            } finally {
                close(response);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** All that is wanted has been read by now, or the reason why not is on its way. */
    private static void close(ClassicHttpResponse response) {
        try {
            response.close();
        } catch (IOException e) {
            LOG.debug("Closing a connection that was given up failed", e);
        }
    }

    private HttpUriRequestBase request() {
        HttpUriRequestBase request = new HttpUriRequestBase(call.method(), call.uri());
        call.headers().forEach(request::setHeader);
        call.body().ifPresent(body -> request.setEntity(new ByteArrayEntity(body, null)));
        return request;
    }

    private HttpReply read(ClassicHttpResponse response, HttpUriRequestBase request) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean truncated = false;
        progress.read(0);
        if (response.getEntity() != null) {
            InputStream content = response.getEntity().getContent();
            byte[] chunk = new byte[CHUNK];
            for (int count = content.read(chunk); count >= 0; count = content.read(chunk)) {
                int wanted = Math.min(count, call.maxBytes() - body.size());
                body.write(chunk, 0, wanted);
                progress.read(body.size());
                if (wanted < count) {
                    // Closing would read the rest first.
                    request.cancel();
                    truncated = true;
                    break;
                }
            }
        }
        return new HttpReply(
                response.getCode(),
                response.getReasonPhrase() == null ? "" : response.getReasonPhrase(),
                headers(response),
                body.toByteArray(),
                truncated,
                Duration.ofNanos(System.nanoTime() - started));
    }

    private static Map<String, List<String>> headers(ClassicHttpResponse response) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : response.getHeaders()) {
            headers.computeIfAbsent(header.getName(), name -> new ArrayList<>())
                    .add(header.getValue() == null ? "" : header.getValue());
        }
        return headers;
    }

    private HttpFailed failed(IOException e) {
        return new HttpFailed(failure(e), progress.sent());
    }

    private StepFailure failure(IOException e) {
        var refused = CertificateRefused.in(e);
        if (refused.isPresent()) {
            return new StepFailure.Rejected(
                    Reason.CERTIFICATE_UNTRUSTED,
                    call.shown() + " was not sent: " + refused.get().getMessage()
                            + ". Replace the certificate, or add its authority to `trust` in the inventory.",
                    e);
        }
        if (progress.sent()) {
            return new StepFailure.Transient(
                    Reason.CONNECTION_LOST,
                    call.shown() + ": the connection was lost while " + progress + ": " + said(e)
                            + ". Look at the server's log whether it restarted or refused the request.",
                    e);
        }
        if (e instanceof SSLException) {
            return new StepFailure.Transient(
                    Reason.CONNECTION_LOST,
                    call.shown() + " was not sent: the TLS handshake with " + address() + " failed: " + said(e)
                            + ". Check that it speaks TLS on this port and wants no client certificate.",
                    e);
        }
        return new StepFailure.Transient(
                Reason.HOST_UNREACHABLE,
                call.shown() + " was not sent: cannot connect to " + address() + ": " + said(e)
                        + ". Check that the server runs, listens there, and that the network lets us through.",
                e);
    }

    private String address() {
        String text = progress.toString();
        int from = text.indexOf('(');
        return from < 0 ? call.authority() : text.substring(from + 1, text.indexOf(')', from));
    }

    private static String said(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return "no answer in time";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
