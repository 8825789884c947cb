package io.muster.web.api;

import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.inventory.Lookup;
import io.muster.journal.JournalReader;
import io.muster.recovery.Readiness;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Judges all services by as many queries as one, and gives those that are asked for, a page at a time. */
@Component
class ServiceBoard {

    private final Inventories inventories;
    private final Readiness readiness;
    private final JournalReader journal;
    private final Clock clock;

    ServiceBoard(Inventories inventories, Readiness readiness, JournalReader journal, ObjectProvider<Clock> clock) {
        this.inventories = inventories;
        this.readiness = readiness;
        this.journal = journal;
        this.clock = clock.getIfAvailable(Clock::systemUTC);
    }

    /** @param total of all pages */
    record Page(List<ServiceView> services, int total) {}

    Page page(ServiceQuery.Search search) {
        List<ServiceJudgement> found =
                judged(search.environment()).filter(wanted(search)).toList();
        return new Page(
                sorted(found.stream(), search.sort())
                        .skip(search.offset())
                        .limit(search.limit())
                        .map(it -> ServiceView.of(it, search.trend()))
                        .toList(),
                found.size());
    }

    Stream<ServiceJudgement> judged(Optional<String> environment) {
        Inventory inventory = inventories.current();
        Stream<Inventory.Environment> chosen = environment
                .map(name -> Stream.of(Lookup.environment(inventory, name)))
                .orElseGet(() -> inventory.environments().values().stream());
        Map<String, Integer> open = journal.openDecisions().stream()
                .collect(Collectors.toMap(it -> it.environment() + "/" + it.service(), JournalReader.Open::decisions));
        return chosen.flatMap(it -> judged(it, open));
    }

    private Stream<ServiceJudgement> judged(Inventory.Environment environment, Map<String, Integer> open) {
        Map<String, Readiness.Service> ready = readiness.of(environment);
        return environment.services().values().stream()
                .map(service -> ServiceJudgement.of(
                        environment,
                        service,
                        ready.get(service.name()),
                        open.getOrDefault(environment.name() + "/" + service.name(), 0)));
    }

    private Predicate<ServiceJudgement> wanted(ServiceQuery.Search search) {
        Optional<Instant> until = search.dueWithin().map(clock.instant()::plus);
        return it -> search.service()
                        .filter(name -> !name.equals(it.service().name()))
                        .isEmpty()
                && search.text().filter(text -> !searched(it).contains(text)).isEmpty()
                && search.wrong().filter(wrong -> wrong == it.wrong().isEmpty()).isEmpty()
                && until.filter(moment -> !due(it.readiness(), moment)).isEmpty()
                && (!search.measured() || it.measured());
    }

    private static boolean due(Readiness.Service readiness, Instant until) {
        return readiness.overdue()
                || readiness.dueAt().filter(at -> !at.isAfter(until)).isPresent();
    }

    private static String searched(ServiceJudgement it) {
        return Stream.of(
                        it.service().name(),
                        it.environment().name(),
                        it.service().description(),
                        it.service().containerClass().text(),
                        it.service().container(),
                        it.readiness().status().version().orElse(""))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" "))
                .toLowerCase(Locale.ROOT);
    }

    private static Stream<ServiceJudgement> sorted(Stream<ServiceJudgement> services, ServiceQuery.Sort order) {
        return switch (order) {
            case INVENTORY -> services;
            case NAME -> services.sorted(ServiceJudgement.BY_NAME);
            case WRONG -> services.sorted(ServiceJudgement.WORST_FIRST);
            case DUE -> services.sorted(ServiceJudgement.DUE_FIRST);
        };
    }
}
