package io.muster.steps.backup;

import io.muster.inventory.BackupPlan;
import io.muster.inventory.BackupStore;
import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.inventory.RecoveryTargets;
import io.muster.inventory.RestoreTestPlan;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Targets;
import java.util.List;

/** The backup plan of a service, and where its backups belong. */
record ServicePlan(Inventory.Environment environment, Inventory.Service service, BackupPlan plan, BackupStore store) {

    /** @throws StepFailure NotInInventory when there is no plan, or no store */
    static ServicePlan of(Targets targets, StepContext context, String name) {
        Inventory.Environment environment = targets.environment(context);
        Inventory.Service service = targets.service(context, name);
        BackupPlan plan = service.qualification()
                .backup()
                .orElseThrow(
                        () -> missing("Service '" + name + "' has no `backup` in the inventory: say what is backed up,"
                                + " `backup: {data: [{name: data, type: files, paths: […]}]}`."));
        BackupStore store = environment
                .facilities()
                .backups()
                .orElseThrow(
                        () -> missing(
                                "Environment '" + environment.name() + "' has no `backups` in the inventory: name"
                                        + " a host and a directory on its persistent storage, `backups: {host: …, directory: …}`."));
        return new ServicePlan(environment, service, plan, store);
    }

    /** What the scratch container of a restore test is given. */
    RestoreTestPlan restoreTest() {
        return service.recovery().flatMap(RecoveryTargets::restoreTest).orElse(RestoreTestPlan.ALONE);
    }

    private static StepFailure missing(String message) {
        return new StepFailure.Rejected(Reason.NOT_IN_INVENTORY, message);
    }

    /** Where all backups of the service are. */
    String root() {
        return store.directory() + "/" + environment.name() + "/" + service.name();
    }

    String path(String backup) {
        return root() + "/" + backup;
    }

    String describe(String backup) {
        return store.host() + ":" + path(backup);
    }

    /** What is read as a stream. */
    List<DataItem> streamed() {
        return plan.data().stream()
                .filter(item -> !item.type().equals(DataItem.VZDUMP))
                .toList();
    }

    /** LXC containers, which their node backs up as a whole. */
    List<DataItem> guests() {
        return plan.data().stream()
                .filter(item -> item.type().equals(DataItem.VZDUMP))
                .toList();
    }

    /** Of those, the ones that a restore puts in their containers' place. */
    List<DataItem> replaced() {
        return guests().stream()
                .filter(item -> item.vzdump().orElseThrow().replaced())
                .toList();
    }

    /** Whether a restore replaces what the service's own container is in. */
    boolean replacedWhole() {
        return replaced().stream().anyMatch(item -> host(item).equals(service.container()));
    }

    /** The host that the tools of a data item run on. */
    String host(DataItem item) {
        return item.host().orElse(service.container());
    }

    DataItem item(String name) {
        return plan.data().stream()
                .filter(item -> item.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> missing("The backup holds data item '" + name + "', which the plan of " + service.name()
                                + " does not have any more. Give the plan such an item, or choose another backup."));
    }

    /** The file of a data item in a backup. */
    String file(DataItem item, DataType type) {
        return item.name() + "." + type.suffix() + (plan.encryption().isPresent() ? ".age" : "");
    }
}
