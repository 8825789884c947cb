package io.muster.steps.report;

import io.muster.inventory.Automation;
import io.muster.inventory.BackupPlan;
import io.muster.inventory.ContainerSpec;
import io.muster.inventory.Inventory;
import io.muster.recovery.BackupSchedule;
import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Markdown;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.core.env.Environment;

@StepInfo(
        name = "mappingDocument",
        title = "Keep the container mapping",
        description =
                "Keeps `container-mapping.md` with the run: a line of a table that says in which container a service"
                        + " runs, with which number, network and resources, what automates it and how it is backed up, as the inventory"
                        + " has it; and the lines for README.md and full-deployment.yml.",
        category = "Document",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class MappingDocument implements Step<MappingDocument.Input, MappingDocument.Output> {

    private static final String NAME = "container-mapping.md";
    private static final String NONE = "–";

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Document", description = "Its name.") String document,
            @Field(label = "Line", description = "The service's line, in Markdown.") String line) {}

    private final Targets targets;
    private final Environment settings;

    MappingDocument(Targets targets, Environment settings) {
        this.targets = targets;
        this.settings = settings;
    }

    @Override
    public String target(Input input) {
        return NAME;
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        Inventory.Host host = targets.host(context, service.container());
        String line = List.of(
                        host.lxc().map(lxc -> lxc.vmid() + " on " + lxc.node()).orElse(NONE),
                        service.name(),
                        host.name() + " (" + service.containerClass().text() + ")",
                        network(host, service),
                        resources(host, service),
                        service.qualification()
                                .automation()
                                .map(Automation::playbook)
                                .map(playbook -> "✅ " + playbook + ", service-deployment")
                                .orElse("✅ service-deployment"),
                        backup(service))
                .stream()
                .map(Markdown::inline)
                .collect(Collectors.joining(" | ", "| ", " |"));
        context.document(
                NAME,
                "# Container mapping: " + Markdown.inline(service.name()) + " in "
                        + Markdown.inline(targets.environment(context).name()) + "\n\nAs the inventory has it on "
                        + LocalDate.ofInstant(context.clock().instant(), ZoneOffset.UTC) + ".\n\n"
                        + "| ID | Service | Container | Network | Resources | Automated | Backup |\n"
                        + "|---|---|---|---|---|---|---|\n" + line + "\n\nTo be copied:\n\n- into README.md: "
                        + Markdown.inline("- " + service.name()
                                + host.lxc().map(lxc -> " (" + lxc.vmid() + ")").orElse("")
                                + (service.description() == null
                                                || service.description().isBlank()
                                        ? ""
                                        : " - " + service.description()))
                        + "\n"
                        + service.qualification()
                                .automation()
                                .map(Automation::role)
                                .map(role -> "- into full-deployment.yml: " + Markdown.inline("- role: " + role) + "\n")
                                .orElse(""));
        context.log().info("Kept " + NAME + ".");
        return new Output(NAME, line);
    }

    private static String network(Inventory.Host host, Inventory.Service service) {
        List<String> parts = new ArrayList<>();
        host.container().map(ContainerSpec::network).ifPresent(network -> {
            parts.add(network.bridge());
            network.vlan().ifPresent(vlan -> parts.add("VLAN " + vlan));
        });
        String address = host.ssh().address();
        if (address != null && !address.isBlank()) {
            parts.add(address);
        }
        service.ports().forEach(port -> parts.add(port.host() + "→" + port.container()));
        return parts.isEmpty() ? NONE : String.join(", ", parts);
    }

    private static String resources(Inventory.Host host, Inventory.Service service) {
        List<String> parts = new ArrayList<>();
        host.container().ifPresent(spec -> {
            spec.cores().ifPresent(cores -> parts.add("container " + cores + " cores"));
            parts.add("container " + spec.memory() + " MiB");
        });
        service.limits().cpus().ifPresent(cpus -> parts.add("limit " + cpus + " CPU"));
        service.limits().memoryBytes().ifPresent(bytes -> parts.add("limit " + new ByteSize(bytes)));
        return parts.isEmpty() ? "no limits" : String.join(", ", parts);
    }

    /** Checked off only where somebody takes them. */
    private String backup(Inventory.Service service) {
        Optional<BackupPlan> plan = service.qualification().backup();
        boolean taken =
                plan.filter(BackupPlan::enabled).flatMap(BackupPlan::every).isPresent()
                        && BackupSchedule.switchedOn(settings);
        String data = plan.map(BackupPlan::data).orElse(List.of()).stream()
                .map(item -> item.name() + " (" + item.type() + ")")
                .collect(Collectors.joining(", "));
        return (taken ? "✅ " : "") + BackupSchedule.inWords(service, settings) + (data.isEmpty() ? "" : ": " + data);
    }
}
