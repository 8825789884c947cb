package io.muster.sandbox.prometheus;

import io.muster.sandbox.RootedPaths;
import io.muster.sandbox.SandboxHost;
import io.muster.sandbox.SandboxNetwork;
import io.muster.sandbox.SandboxService;
import io.undertow.Undertow;
import io.undertow.server.handlers.form.EagerFormParsingHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** A small Prometheus with one scrape pool, {@code services}, fed by files. */
public final class PrometheusServer implements SandboxService {
    /** How often Prometheus scrapes here; its own default of a minute would make rehearsals slow. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);

    /** Where the files of targets are, as seen on its host. */
    public static final String TARGETS = "/etc/prometheus/targets";

    private static final String POOL = "services";

    /**
     * @param address where it listens; port 0 takes a free one
     * @param targets directory with files of targets ({@code *.json}, {@code *.yml}, {@code *.yaml}); may come later
     * @param shownTargets the same directory as it is named inside its host, for {@code __meta_filepath}
     * @param tls what it trusts when it scrapes over HTTPS
     * @param hosts names to addresses, beside those that the machine knows
     * @param interval between two scrapes of a target, and the time that each may take
     */
    public record Settings(
            InetSocketAddress address,
            Path targets,
            String shownTargets,
            SSLContext tls,
            Map<String, String> hosts,
            Duration interval,
            Clock clock) {}

    private final Settings settings;
    private final Scraper scraper;
    private final ScrapeLoop loop;
    private final Undertow http;

    /** The one that runs on a host of the sandbox and reads {@value #TARGETS} there. */
    public static PrometheusServer on(SandboxHost host, SSLContext tls, Map<String, String> hosts, Clock clock) {
        InetSocketAddress address = new InetSocketAddress(host.address(), SandboxNetwork.PROMETHEUS_PORT);
        try {
            Path targets = RootedPaths.createDirectories(host.jail().root(), TARGETS);
            return new PrometheusServer(new Settings(address, targets, TARGETS, tls, hosts, DEFAULT_INTERVAL, clock));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make " + TARGETS + " on host " + host.name(), e);
        }
    }

    public PrometheusServer(Settings settings) {
        this.settings = settings;
        this.scraper =
                new Scraper(settings.tls(), new HostsResolver(settings.hosts()), settings.interval(), settings.clock());
        FileDiscovery discovery =
                new FileDiscovery(settings.targets(), settings.shownTargets(), defaults(settings.interval()));
        this.loop = new ScrapeLoop(discovery, scraper, settings.interval());
        PrometheusApi api = new PrometheusApi(POOL, settings.interval(), loop, settings.clock());
        this.http = Undertow.builder()
                .addHttpListener(
                        settings.address().getPort(),
                        settings.address().getAddress().getHostAddress())
                .setIoThreads(1)
                .setWorkerThreads(2)
                .setHandler(new EagerFormParsingHandler().setNext(api))
                .build();
    }

    /** @throws IllegalStateException when the address is taken, naming it */
    @Override
    public void start() {
        try {
            http.start();
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "Prometheus cannot listen on " + settings.address() + ": " + e.getMessage()
                            + ". Is another one running?",
                    e);
        }
        loop.start();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) http.getListenerInfo().get(0).getAddress();
    }

    @Override
    public void close() {
        http.stop();
        loop.close();
        try {
            scraper.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Prometheus on " + settings.address() + " cannot be closed", e);
        }
    }

    private static Map<String, String> defaults(Duration interval) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("job", POOL);
        labels.put("__scheme__", "http");
        labels.put("__metrics_path__", "/metrics");
        labels.put("__scrape_interval__", PrometheusApi.seconds(interval));
        labels.put("__scrape_timeout__", PrometheusApi.seconds(interval));
        return labels;
    }
}
