package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.inventory.Lookup;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.remote.ImageRegistries;
import io.muster.safety.Freezes;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api")
@Tag(name = "Services", description = "The inventory, with what is known of it")
class ServicesController {

    private final Inventories inventories;
    private final ServiceBoard board;
    private final ImageRegistries registries;
    private final Freezes freezes;
    private final Backups backups;

    ServicesController(
            Inventories inventories, ServiceBoard board, ImageRegistries registries, Freezes freezes, Backups backups) {
        this.inventories = inventories;
        this.board = board;
        this.registries = registries;
        this.freezes = freezes;
        this.backups = backups;
    }

    @GetMapping("/environments")
    @Operation(summary = "The environments of the inventory")
    List<EnvironmentView> environments() {
        Map<String, Freezes.Freeze> frozen = freezes.all();
        return inventories.current().environments().values().stream()
                .map(environment -> new EnvironmentView(
                        environment.name(),
                        environment.description(),
                        environment.services().keySet().stream().sorted().toList(),
                        environment.hosts().keySet().stream().sorted().toList(),
                        environment.hosts().values().stream()
                                .flatMap(host -> ContainerView.of(host).stream())
                                .sorted(Comparator.comparing(ContainerView::name))
                                .toList(),
                        ApprovalView.of(environment.approval()),
                        FreezeView.of(frozen.get(environment.name()))))
                .toList();
    }

    @GetMapping("/services")
    @Operation(
            summary = "Services with version, state and readiness",
            description =
                    "All of them in the inventory's order, unless the parameters say otherwise; what is wrong comes first, over"
                            + " all pages, with `sort=wrong`. The header `X-Total-Count` says how many there are on all"
                            + " pages.")
    ResponseEntity<List<ServiceView>> services(@ParameterObject ServiceQuery query) {
        ServiceBoard.Page page = board.page(query.search());
        return ResponseEntity.ok()
                .header("X-Total-Count", String.valueOf(page.total()))
                .body(page.services());
    }

    @GetMapping("/services/summary")
    @Operation(summary = "How many services there are, need attention, or have something that nobody knows")
    Summary summary(@RequestParam Optional<String> environment) {
        return Summary.of(board.judged(environment).toList());
    }

    /** Nothing wrong is not the same as known to be well. */
    record Summary(
            int services,
            @Schema(description = "Those that something is wrong with") long attention,
            @Schema(description = "Those that Muster never deployed") long neverDeployed,
            @Schema(description = "Those deployed of which no backup was read back whole") long withoutBackup,
            @Schema(description = "Those deployed whose recovery was never proven") long withoutProof) {

        static Summary of(List<ServiceJudgement> all) {
            List<ServiceJudgement> deployed =
                    all.stream().filter(ServiceJudgement::deployed).toList();
            return new Summary(
                    all.size(),
                    all.stream().filter(it -> !it.wrong().isEmpty()).count(),
                    all.stream().filter(ServiceJudgement::neverDeployed).count(),
                    deployed.stream()
                            .filter(it -> it.readiness().lastBackup().isEmpty())
                            .count(),
                    deployed.stream()
                            .filter(it -> it.readiness().lastProven().isEmpty())
                            .count());
        }
    }

    @GetMapping("/environments/{environment}/services/{service}/versions")
    @Operation(summary = "The versions of a service that its registry has, the newest first")
    List<String> versions(@PathVariable String environment, @PathVariable String service) {
        Inventory.Environment found = Lookup.environment(inventories.current(), environment);
        List<String> tags = new ArrayList<>(
                registries.tags(found, Lookup.service(found, service).image()));
        Collections.reverse(tags);
        return tags;
    }

    @GetMapping("/environments/{environment}/services/{service}/backups")
    @Operation(summary = "The backups of a service that are kept, the newest first")
    List<BackupView> backups(@PathVariable String environment, @PathVariable String service) {
        Inventory.Service found = Lookup.service(Lookup.environment(inventories.current(), environment), service);
        return backups.kept(environment, found.name()).stream()
                .map(BackupView::of)
                .toList();
    }

    /** @param verifiedAt when it was last read back whole; null when it never was, or was found damaged since */
    record BackupView(
            String id,
            Instant takenAt,
            long bytes,
            Instant verifiedAt,
            @Schema(description = "Why it cannot be restored; null where nothing is known against it") String damage,
            @Schema(description = "The run that took it") String run) {

        static BackupView of(Backup backup) {
            return new BackupView(
                    backup.id(),
                    backup.takenAt(),
                    backup.bytes(),
                    backup.verifiedAt().orElse(null),
                    backup.damage().orElse(null),
                    backup.runId());
        }
    }

    /** @param freeze null where it is not frozen */
    record EnvironmentView(
            String name,
            String description,
            List<String> services,
            List<String> hosts,
            @Schema(description = "Those that the inventory specifies, so that `container-provision` can make them")
                    List<ContainerView> containers,
            ApprovalView approval,
            FreezeView freeze) {}

    /** @param containerClass core, monitoring or experimental */
    record ContainerView(String name, @JsonProperty("class") String containerClass, String node, int vmid) {

        static Optional<ContainerView> of(Inventory.Host host) {
            return host.container()
                    .flatMap(specified -> host.lxc())
                    .map(lxc -> new ContainerView(
                            host.name(),
                            host.containerClass()
                                    .map(Inventory.ContainerClass::text)
                                    .orElseThrow(),
                            lxc.node(),
                            lxc.vmid()));
        }
    }

    /** @param delay ISO-8601; null where only a second person approves */
    record ApprovalView(
            @Schema(description = "`second-person`, or `self-after-delay` for who works alone") String mode,
            String delay) {

        static ApprovalView of(Inventory.Approval approval) {
            return new ApprovalView(
                    approval.mode().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    approval.delay().map(Object::toString).orElse(null));
        }
    }
}
