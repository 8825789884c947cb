package io.muster.sandbox.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.util.Timeout;

/** Fetches a target's metrics once. Thread-safe. */
final class Scraper implements AutoCloseable {
    private static final int LARGEST_BODY = 10 << 20;
    private static final int CONNECTIONS = 20;
    private static final int HTTP_OK = 200;

    private final CloseableHttpClient http;
    private final Clock clock;

    /** An answer that is no use, in Prometheus's words. */
    private static final class BadAnswer extends IOException {
        BadAnswer(String message) {
            super(message);
        }
    }

    Scraper(SSLContext tls, DnsResolver names, Duration timeout, Clock clock) {
        this.clock = clock;
        Timeout limit = Timeout.of(timeout.toMillis(), TimeUnit.MILLISECONDS);
        this.http = HttpClients.custom()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                        .setDnsResolver(names)
                        .setMaxConnPerRoute(2)
                        .setMaxConnTotal(CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(limit)
                                .setSocketTimeout(limit)
                                .build())
                        .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(limit).build())
                .build();
    }

    Scrape scrape(Target target) {
        Instant at = clock.instant();
        long begin = System.nanoTime();
        try {
            List<Sample> samples = TextFormat.parse(fetch(target));
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            return new Scrape(Scrape.Health.UP, "", at, took, complete(target, samples, took, true));
        } catch (IOException | IllegalArgumentException e) {
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            return new Scrape(
                    Scrape.Health.DOWN, explain(target, e), at, took, complete(target, List.of(), took, false));
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    private String fetch(Target target) throws IOException {
        return http.execute(
                ClassicRequestBuilder.get(target.url())
                        .addHeader("Accept", "text/plain;version=0.0.4;q=1,*/*;q=0.1")
                        .addHeader("User-Agent", "Prometheus/sandbox")
                        .build(),
                Scraper::body);
    }

    private static String body(ClassicHttpResponse response) throws IOException {
        if (response.getCode() != HTTP_OK) {
            throw new BadAnswer("server returned HTTP status " + response.getCode() + " " + response.getReasonPhrase());
        }
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return "";
        }
        try (InputStream content = entity.getContent()) {
            byte[] bytes = content.readNBytes(LARGEST_BODY + 1);
            if (bytes.length > LARGEST_BODY) {
                throw new BadAnswer("body size limit exceeded");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** In the words of Prometheus where it has some, since operators know these. */
    private static String explain(Target target, Exception e) {
        if (e instanceof BadAnswer || e instanceof IllegalArgumentException) {
            return e.getMessage();
        }
        return "Get \"" + target.url() + "\": " + cause(target, e);
    }

    private static String cause(Target target, Exception e) {
        if (e instanceof SocketTimeoutException) {
            return "context deadline exceeded";
        }
        if (e instanceof UnknownHostException) {
            return "dial tcp: lookup " + target.url().getHost() + ": no such host";
        }
        return e instanceof ConnectException
                ? "dial tcp " + target.address() + ": connect: connection refused"
                : String.valueOf(e.getMessage());
    }

    private static List<Sample> complete(Target target, List<Sample> scraped, Duration took, boolean up) {
        Map<String, String> labels = target.labels();
        List<Sample> all = new ArrayList<>();
        scraped.forEach(sample -> all.add(attach(sample, labels)));
        all.add(Sample.of("up", labels, up ? 1 : 0));
        all.add(Sample.of("scrape_duration_seconds", labels, took.toNanos() / 1e9));
        all.add(Sample.of("scrape_samples_scraped", labels, scraped.size()));
        return all;
    }

    /** A label that both have is the target's; the scraped one is kept under another name. */
    private static Sample attach(Sample sample, Map<String, String> labels) {
        SortedMap<String, String> all = new TreeMap<>();
        sample.labels().forEach((name, value) -> all.put(labels.containsKey(name) ? "exported_" + name : name, value));
        all.putAll(labels);
        return new Sample(all, sample.value());
    }
}
