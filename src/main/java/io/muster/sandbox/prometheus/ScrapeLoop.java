package io.muster.sandbox.prometheus;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the files and scrapes what they name, each target at the same interval. */
final class ScrapeLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScrapeLoop.class);
    private static final Duration LOOK_AT_FILES = Duration.ofMillis(500);
    private static final int THREADS = 4;
    private static final int SECONDS_TO_END = 5;

    private static final Comparator<Target> ORDER = Comparator.<Target, String>comparing(Target::address)
            .thenComparing(target -> target.discovered().toString());

    private record Running(ScheduledFuture<?> schedule, Scrape newest) {}

    private final FileDiscovery discovery;
    private final Scraper scraper;
    private final Duration interval;
    private final Map<Target, Running> targets = new ConcurrentHashMap<>();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS, ScrapeLoop::thread);

    ScrapeLoop(FileDiscovery discovery, Scraper scraper, Duration interval) {
        this.discovery = discovery;
        this.scraper = scraper;
        this.interval = interval;
    }

    void start() {
        threads.scheduleWithFixedDelay(this::followFiles, 0, LOOK_AT_FILES.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Targets in the order of their addresses, with how their newest scrape went. */
    Map<Target, Scrape> newest() {
        Map<Target, Scrape> newest = new TreeMap<>(ORDER);
        targets.forEach((target, running) -> newest.put(target, running.newest()));
        return newest;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
                LOG.warn("Scrapes did not end within {} seconds", SECONDS_TO_END);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void followFiles() {
        try {
            Set<Target> wanted = discovery.targets();
            Set<Target> gone = new HashSet<>(targets.keySet());
            gone.removeAll(wanted);
            gone.forEach(target -> targets.remove(target).schedule().cancel(false));
            wanted.forEach(target -> targets.computeIfAbsent(target, this::begin));
        } catch (RuntimeException e) {
            // An exception would end the schedule, and with it all following of files.
            LOG.warn("The files of targets cannot be followed just now", e);
        }
    }

    private Running begin(Target target) {
        ScheduledFuture<?> schedule =
                threads.scheduleAtFixedRate(() -> scrape(target), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        return new Running(schedule, Scrape.none());
    }

    private void scrape(Target target) {
        try {
            Scrape scrape = scraper.scrape(target);
            // Not put: a target that was taken away meanwhile must not come back.
            targets.computeIfPresent(target, (key, running) -> new Running(running.schedule(), scrape));
        } catch (RuntimeException e) {
            LOG.warn("The scrape of {} failed unexpectedly", target.url(), e);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "sandbox-prometheus");
        thread.setDaemon(true);
        return thread;
    }
}
