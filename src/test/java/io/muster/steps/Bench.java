package io.muster.steps;

import io.muster.inventory.Facilities;
import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.inventory.KnownPlacements;
import io.muster.inventory.Placements;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.journal.Patience;
import io.muster.step.InputBinder;
import io.muster.step.RunFacts;
import io.muster.step.RunTimes;
import io.muster.step.Step;
import io.muster.step.StepCatalogue;
import io.muster.step.StepContext;
import io.muster.step.StepDescriptor;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.step.TestContext;
import io.muster.storage.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** The steps as the application wires them, fed with text as a diagram feeds them. Close it. */
public final class Bench implements AutoCloseable {

    public static final String ENVIRONMENT = "test";

    public final Map<String, String> secrets = new ConcurrentHashMap<>();
    public Optional<String> resolver = Optional.empty();
    public List<String> trust = List.of();
    public Map<String, Inventory.Registry> registries = new LinkedHashMap<>();
    public Map<String, Inventory.Node> nodes = new LinkedHashMap<>();
    public Map<String, Inventory.Host> hosts = new LinkedHashMap<>();
    public Optional<Inventory.Monitoring> monitoring = Optional.empty();
    public Optional<Inventory.Archive> archive = Optional.empty();
    public Facilities facilities = Facilities.NONE;
    /** What is known of runs, by their id. */
    public final Map<String, RunFacts.Facts> runs = new ConcurrentHashMap<>();
    /** What is known of the runs that runs called, and of who was waited for. */
    public final Map<String, List<RunTimes.Called>> called = new ConcurrentHashMap<>();

    /** How often people decided about failed steps of a run. */
    public final Map<String, Integer> decisions = new ConcurrentHashMap<>();

    /** When attempts at a task first changed something, by its id. */
    public final Map<String, Instant> firstEffects = new ConcurrentHashMap<>();

    /** What steps of the run have changed, by their name. */
    public final Map<String, List<RunTimes.Change>> changes = new ConcurrentHashMap<>();

    /** What attempts at them that failed have changed. */
    public final Map<String, List<RunTimes.Change>> failed = new ConcurrentHashMap<>();

    public final Map<String, List<RunTimes.Wait>> waits = new ConcurrentHashMap<>();

    public Map<String, Inventory.Service> services = new LinkedHashMap<>();

    private final InputBinder binder = new InputBinder();
    private final StepCatalogue catalogue = StepCatalogue.described("io.muster.steps", binder);
    private final AnnotationConfigApplicationContext application = new AnnotationConfigApplicationContext();

    /** @param data the server's data directory */
    public Bench(Path data) {
        application
                .getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("muster.data-dir", data.toString())));
        application.registerBean(Clock.class, Clock::systemUTC);
        application.registerBean(Secrets.class, KnownSecrets::new);
        application.registerBean(Inventories.class, OneInventory::new);
        application.registerBean("journalDataSource", DataSource.class, Bench::database);
        application.registerBean(Patience.class, () -> new Patience(Duration.ZERO));
        application.registerBean(RunFacts.class, () -> run -> Optional.ofNullable(runs.get(run)));
        application.registerBean(Placements.class, KnownPlacements::new);
        application.registerBean(RunTimes.class, KnownTimes::new);
        application.scan("io.muster.remote", "io.muster.steps", "io.muster.recovery");
        // A step that a test does not use needs nothing.
        application.addBeanFactoryPostProcessor(
                (BeanFactoryPostProcessor) factory -> List.of(factory.getBeanDefinitionNames())
                        .forEach(name -> factory.getBeanDefinition(name).setLazyInit(true)));
        application.refresh();
    }

    private static DataSource database() {
        // The tests' PostgreSQL ends with this JVM only where a Spring application has run.
        new SpringApplicationBuilder(Nothing.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .run();
        return TestDatabase.create().dataSource();
    }

    static final class Nothing {}

    public TestContext context() {
        return TestContext.in(ENVIRONMENT);
    }

    public <T> T get(Class<T> type) {
        return application.getBean(type);
    }

    public <O extends Record> O run(Class<? extends Step<?, O>> type, Map<String, ?> parameters) {
        return run(type, context(), parameters);
    }

    /** Binds the parameters as the engine does, and runs the step. */
    @SuppressWarnings("unchecked")
    public <O extends Record> O run(Class<? extends Step<?, O>> type, StepContext context, Map<String, ?> parameters) {
        Step<Record, O> step = (Step<Record, O>) get(type);
        Record input = bind(type, parameters);
        step.target(input);
        int before = effects(context);
        try {
            O output = step.run(input, context);
            if (type.getAnnotation(StepInfo.class).changes()) {
                TwiceEqualsOnceCheck.ran(new TwiceEqualsOnceCheck.Run(
                        type.getAnnotation(StepInfo.class).name(),
                        new java.util.TreeMap<>(parameters).toString(),
                        effects(context) > before));
            }
            return output;
        } finally {
            if (context instanceof TestContext test) {
                test.close(true);
            }
        }
    }

    private static int effects(StepContext context) {
        return context instanceof TestContext test
                ? test.effects().size()
                : context.recorded().size();
    }

    public Record bind(Class<? extends Step<?, ?>> type, Map<String, ?> parameters) {
        StepDescriptor descriptor =
                catalogue.step(type.getAnnotation(StepInfo.class).name()).orElseThrow();
        return binder.bind(descriptor, "the-step", parameters).input();
    }

    /** The failure of a step that must fail. */
    public <O extends Record> StepFailure failure(
            Class<? extends Step<?, O>> type, StepContext context, Map<String, ?> parameters) {
        try {
            O output = run(type, context, parameters);
            throw new AssertionError("It did not fail, but gave " + output);
        } catch (StepFailure failure) {
            return failure;
        }
    }

    public <O extends Record> StepFailure failure(Class<? extends Step<?, O>> type, Map<String, ?> parameters) {
        return failure(type, context(), parameters);
    }

    /** Works in an environment that an inventory describes. */
    public void use(Inventory.Environment given) {
        resolver = given.resolver();
        trust = given.trust();
        registries = new LinkedHashMap<>(given.registries());
        nodes = new LinkedHashMap<>(given.nodes());
        hosts = new LinkedHashMap<>(given.hosts());
        monitoring = given.monitoring();
        archive = given.archive();
        facilities = given.facilities();
        services = new LinkedHashMap<>(given.services());
    }

    public Inventory.Environment environment() {
        return new Inventory.Environment(
                ENVIRONMENT,
                "An environment of a test",
                new Inventory.Approval(Inventory.Approval.Mode.SECOND_PERSON, Optional.empty()),
                resolver,
                trust,
                registries,
                nodes,
                hosts,
                monitoring,
                archive,
                facilities,
                services);
    }

    @Override
    public void close() {
        application.close();
    }

    private final class OneInventory implements Inventories {
        @Override
        public Inventory current() {
            return new Inventory("test.yaml", "0", Map.of(ENVIRONMENT, environment()));
        }

        @Override
        public Inventory pinned(String rootRunId) {
            return current();
        }

        @Override
        public void pin(String rootRunId) {
            // There is one.
        }
    }

    private final class KnownTimes implements RunTimes {
        @Override
        public List<Called> called(String runId) {
            return called.getOrDefault(runId, List.of());
        }

        @Override
        public int decisions(String runId) {
            return decisions.getOrDefault(runId, 0);
        }

        @Override
        public Optional<Instant> firstEffect(String runId, String activityId) {
            return Optional.ofNullable(firstEffects.get(activityId));
        }

        @Override
        public List<Change> changes(String rootRunId, String step) {
            return changes.getOrDefault(step, List.of());
        }

        @Override
        public List<Change> attempted(String rootRunId, String step) {
            return Stream.concat(failed.getOrDefault(step, List.of()).stream(), changes(rootRunId, step).stream())
                    .toList();
        }

        @Override
        public List<Wait> waits(String rootRunId) {
            return waits.getOrDefault(rootRunId, List.of());
        }
    }

    private final class KnownSecrets implements Secrets {
        @Override
        public String resolve(SecretRef ref) {
            return Optional.ofNullable(secrets.get(ref.name()))
                    .orElseThrow(() -> new SecretMissing(ref, "Nothing defines " + ref + "."));
        }

        @Override
        public Set<String> known() {
            return new HashSet<>(secrets.values());
        }
    }
}
