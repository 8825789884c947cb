package io.muster.steps.drill;

import io.muster.inventory.BackupPlan;
import io.muster.inventory.BackupStore;
import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.inventory.RecoveryTargets;
import io.muster.inventory.Vzdump;
import io.muster.recovery.BackupSchedule;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.core.env.Environment;

@StepInfo(
        name = "recoveryPlanCheck",
        title = "Check the backup plan",
        description =
                "Judges what the inventory plans for the recovery of a service: what is backed up and whether that covers"
                        + " every volume, where to, how often, for how long, the switch that enables it, RPO and RTO targets. Each is a"
                        + " criterion, a line as `criteriaCheck` reads it. It succeeds whatever it finds.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class RecoveryPlanCheck implements Step<RecoveryPlanCheck.Input, RecoveryPlanCheck.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Findings", description = "name | text | true or false | evidence, one per line.")
                    List<String> findings,
            @Field(label = "Schedule", description = "In words, and whether somebody keeps it.") String schedule) {}

    private final Targets targets;
    private final Environment settings;

    RecoveryPlanCheck(Targets targets, Environment settings) {
        this.targets = targets;
        this.settings = settings;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Environment environment = targets.environment(context);
        Inventory.Service service = targets.service(context, input.service());
        Optional<BackupPlan> plan = service.qualification().backup();
        List<DataItem> data = plan.map(BackupPlan::data).orElse(List.of());
        Optional<BackupStore> store = environment.facilities().backups();
        List<String> uncovered = uncovered(service, data);
        String schedule =
                plan.flatMap(BackupPlan::every).map(every -> "every " + every).orElse("no schedule");
        List<String> findings = new ArrayList<>();
        findings.add(line("strategy", "Backup strategy documented (what is backed up)", !data.isEmpty(), items(data)));
        findings.add(line(
                "data-level",
                "Backup commands defined at data level for all that it keeps",
                !data.isEmpty()
                        && uncovered.isEmpty()
                        && data.stream().noneMatch(item -> item.type().equals("vzdump")),
                uncovered.isEmpty() ? items(data) : "not backed up: " + String.join(", ", uncovered)));
        findings.add(line(
                "store",
                "Backup integrated into the project's backups, away from the service",
                store.filter(it -> !it.host().equals(service.container())).isPresent(),
                store.map(it -> it.host() + ":" + it.directory()).orElse("the environment has no backup store")));
        findings.add(line(
                "restore",
                "Restore integrated: service-restore puts each kind of data back",
                !data.isEmpty() && data.stream().allMatch(item -> item.vzdump().isEmpty() || comesBackWhole(item)),
                "runbook service-restore, " + items(data)));
        findings.add(line(
                "enabled",
                "Backup toggle works (enabled)",
                plan.map(BackupPlan::enabled).orElse(false),
                plan.map(it -> "backup.enabled is " + it.enabled()).orElse("there is no plan")));
        findings.add(line(
                "frequency",
                "Backup frequency documented",
                plan.flatMap(BackupPlan::every).isPresent(),
                schedule));
        findings.add(line(
                "retention",
                "Retention documented",
                plan.filter(it -> it.keep().isPresent() || it.keepFor().isPresent())
                        .isPresent(),
                plan.map(it -> "keep " + it.keep().map(Object::toString).orElse("all") + ", for "
                                + it.keepFor().map(Object::toString).orElse("ever"))
                        .orElse("there is no plan")));
        findings.add(line(
                "targets",
                "RPO/RTO targets documented",
                service.recovery()
                        .filter(it -> it.rpo().isPresent() && it.rto().isPresent())
                        .isPresent(),
                "RTO " + shown(service, true) + ", RPO " + shown(service, false)));
        findings.forEach(context.log()::info);
        return new Output(findings, BackupSchedule.inWords(service, settings));
    }

    private static String shown(Inventory.Service service, boolean rto) {
        return service.recovery()
                .flatMap(rto ? RecoveryTargets::rto : RecoveryTargets::rpo)
                .map(Object::toString)
                .orElse("none");
    }

    private static List<String> uncovered(Inventory.Service service, List<DataItem> data) {
        return service.volumes().stream()
                .filter(volume -> !volume.readOnly())
                .map(Inventory.Volume::source)
                .filter(source -> data.stream()
                        .filter(item ->
                                item.host().map(service.container()::equals).orElse(true))
                        .noneMatch(item -> comesBackWhole(item)
                                || item.paths().stream()
                                        .anyMatch(path -> Path.of(source).startsWith(path))))
                .toList();
    }

    private static boolean comesBackWhole(DataItem item) {
        return item.vzdump().filter(Vzdump::replaced).isPresent();
    }

    private static String items(List<DataItem> data) {
        return data.isEmpty()
                ? "the service has no backup plan"
                : data.stream()
                        .map(item -> item.name() + ": " + item.type() + " "
                                + item.database().orElse(String.join(", ", item.paths())))
                        .collect(Collectors.joining("; "));
    }

    private static String line(String name, String text, boolean met, String evidence) {
        return name + " | " + text + " | " + met + " | " + evidence;
    }
}
