package io.muster.step;

import io.muster.journal.SecretMasking;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A context whose clock is turned by waiting: {@code pause} takes no time and moves it on. Keeps what the step says. */
public final class TestContext extends Clock implements StepContext {

    private final UUID id = UUID.randomUUID();
    private final String environment;
    private String service;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> effects = new ArrayList<>();
    private final List<Effect> recorded = new ArrayList<>();
    private final List<Consumer<Boolean>> closing = new ArrayList<>();
    private final Map<String, String> documents = new LinkedHashMap<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Instant deadline = now.plus(Duration.ofMinutes(10));
    private final Set<String> secrets = new HashSet<>();
    private boolean cancelled;
    private Runnable whilePausing = () -> {};

    private TestContext(String environment) {
        this.environment = environment;
    }

    public static TestContext in(String environment) {
        return new TestContext(environment);
    }

    public TestContext limitedTo(Duration time) {
        deadline = now.plus(time);
        return this;
    }

    /** Of a run that is about a service. */
    public TestContext about(String name) {
        service = name;
        return this;
    }

    /** Something that happens in the world while the step waits. */
    public TestContext whilePausing(Runnable event) {
        whilePausing = event;
        return this;
    }

    /** As after a crash, with what had been recorded by then. */
    public TestContext resuming(Effect... earlier) {
        recorded.addAll(List.of(earlier));
        return this;
    }

    /** From now on masked as the journal masks it. */
    public void secret(String value) {
        secrets.add(value);
    }

    @Override
    public String masked(String text) {
        return new SecretMasking(() -> Set.copyOf(secrets)).mask(text);
    }

    @Override
    public String maskedRest(String text) {
        return new SecretMasking(() -> Set.copyOf(secrets)).maskRest(text);
    }

    public void cancel() {
        cancelled = true;
    }

    public List<String> lines() {
        return lines;
    }

    public List<String> effects() {
        return effects;
    }

    public Map<String, String> documents() {
        return documents;
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public Run run() {
        return new Run("run-1", "run-1", "test-runbook", 1, environment, service, "the-step", "operator");
    }

    @Override
    public StepLog log() {
        return new StepLog() {
            @Override
            public void info(String line) {
                lines.add(line);
            }

            @Override
            public void out(byte[] bytes, int offset, int length) {
                lines.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
            }

            @Override
            public void err(byte[] bytes, int offset, int length) {
                out(bytes, offset, length);
            }
        };
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public Clock clock() {
        return this;
    }

    @Override
    public void pause(Duration time) {
        checkpoint();
        whilePausing.run();
        now = now.plus(time);
        checkpoint();
    }

    @Override
    public void effect(String kind, String target) {
        effects.add(kind + " " + target);
    }

    @Override
    public void effect(String kind, String target, String handle) {
        effect(kind, target);
        recorded.add(new Effect(kind, target, Optional.of(handle)));
    }

    @Override
    public List<Effect> recorded() {
        return recorded;
    }

    @Override
    public void whenClosed(Consumer<Boolean> then) {
        closing.add(then);
    }

    /** The journal has, or has not, kept the attempt's end. */
    public void close(boolean kept) {
        closing.forEach(then -> then.accept(kept));
        closing.clear();
    }

    @Override
    public void document(String name, String markdown) {
        documents.put(name, markdown);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return now;
    }
}
