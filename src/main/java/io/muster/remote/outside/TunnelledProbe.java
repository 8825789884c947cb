package io.muster.remote.outside;

import io.muster.remote.OutsideProbe;
import io.muster.remote.SshHosts;
import io.muster.remote.SshTunnels;
import io.muster.remote.TlsProbe;
import io.muster.remote.tls.TlsContexts;
import io.muster.remote.tls.Trust;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

@Component
final class TunnelledProbe implements OutsideProbe, DisposableBean {

    private final SshTunnels tunnels;
    private final SshHosts hosts;
    private final TlsProbe tls;
    private final TlsContexts contexts;
    private final Within within = new Within();

    TunnelledProbe(SshTunnels tunnels, SshHosts hosts, TlsProbe tls, TlsContexts contexts) {
        this.tunnels = tunnels;
        this.hosts = hosts;
        this.tls = tls;
        this.contexts = contexts;
    }

    @Override
    public List<String> addresses(SshHosts.Target from, String name, Optional<String> resolver, Duration timeout)
            throws NotSeen {
        String what = "the name " + name + " by "
                + resolver.orElse("the resolver of " + from.host().name());
        List<String> found = within.run(timeout, what, () -> {
            if (resolver.isEmpty()) {
                return byTheHost(from, name, timeout);
            }
            HostPort server = HostPort.of(resolver.get(), 53);
            try (Socket connection = tunnels.open(from, server.host(), server.port())) {
                return DnsOverTunnel.addresses(connection, name);
            }
        });
        if (found.isEmpty()) {
            throw new NotSeen(what + ": it has no address");
        }
        return found.stream().distinct().sorted().toList();
    }

    private List<String> byTheHost(SshHosts.Target from, String name, Duration timeout) throws NotSeen {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status = hosts.run(
                from,
                "getent ahosts -- \"$NAME\"",
                Map.of("NAME", name),
                false,
                new SshHosts.Output() {
                    @Override
                    public void out(byte[] bytes, int offset, int length) {
                        out.write(bytes, offset, length);
                    }

                    @Override
                    public void err(byte[] bytes, int offset, int length) {}
                },
                timeout,
                () -> false);
        if (status != 0) {
            throw new NotSeen("`getent ahosts` there ends with status " + status);
        }
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split("\\s+")[0])
                .toList();
    }

    @Override
    public TlsProbe.Shown certificate(
            SshHosts.Target from, String address, int port, String serverName, Duration timeout) throws NotSeen {
        return within.run(timeout, "the certificate of " + serverName + " at " + address + ":" + port, () -> {
            try (Socket connection = tunnels.open(from, address, port)) {
                return tls.look(from.environment(), connection, serverName, timeout);
            }
        });
    }

    @Override
    public Answer get(SshHosts.Target from, URI url, String address, Duration timeout, int maxBytes) throws NotSeen {
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : secure ? 443 : 80;
        return within.run(timeout, url + " at " + address, () -> {
            long begin = System.nanoTime();
            try (Socket plain = tunnels.open(from, address, port);
                    DefaultBHttpClientConnection http = new DefaultBHttpClientConnection(Http1Config.DEFAULT)) {
                if (secure) {
                    http.bind(secured(from, plain, url.getHost(), port), plain);
                } else {
                    http.bind(plain);
                }
                return ask(http, url, begin, maxBytes);
            } catch (HttpException e) {
                throw new IOException("it speaks no HTTP: " + e.getMessage(), e);
            }
        });
    }

    private SSLSocket secured(SshHosts.Target from, Socket plain, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) contexts.context(Trust.of(from.environment()))
                .getSocketFactory()
                .createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static Answer ask(DefaultBHttpClientConnection http, URI url, long begin, int maxBytes)
            throws IOException, HttpException {
        BasicClassicHttpRequest request = new BasicClassicHttpRequest("GET", url);
        request.setHeader("Host", url.getRawAuthority());
        request.setHeader("User-Agent", "muster");
        request.setHeader("Connection", "close");
        http.sendRequestHeader(request);
        http.flush();
        try (ClassicHttpResponse response = http.receiveResponseHeader()) {
            http.receiveResponseEntity(response);
            String body = "";
            if (response.getEntity() != null) {
                InputStream in = response.getEntity().getContent();
                body = new String(in.readNBytes(maxBytes), StandardCharsets.UTF_8);
            }
            return new Answer(response.getCode(), body, Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    @Override
    public void destroy() {
        within.close();
    }

    /** {@code host:port} or {@code [address]:port}. */
    private record HostPort(String host, int port) {
        static HostPort of(String text, int standard) throws NotSeen {
            int colon = text.lastIndexOf(':');
            boolean port = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
            try {
                String host = port ? text.substring(0, colon) : text;
                return new HostPort(
                        host.replaceAll("^\\[|]$", ""), port ? Integer.parseInt(text.substring(colon + 1)) : standard);
            } catch (NumberFormatException e) {
                throw new NotSeen("the resolver '" + text + "' is not address:port", e);
            }
        }
    }
}
