package io.muster.steps.backup;

import io.muster.inventory.BackupPlan;
import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.inventory.Qualification;
import io.muster.inventory.SecretRef;
import io.muster.inventory.TestData;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Backup plans of tests. */
final class Plans {

    private Plans() {}

    static BackupPlan of(DataItem... items) {
        return new BackupPlan(
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofMinutes(5),
                1L << 30,
                Optional.empty(),
                List.of(items));
    }

    static BackupPlan limited(BackupPlan plan, Duration time, long size) {
        return new BackupPlan(
                plan.enabled(), plan.every(), plan.keep(), plan.keepFor(), time, size, plan.encryption(), plan.data());
    }

    static BackupPlan kept(BackupPlan plan, Integer keep, Duration keepFor) {
        return new BackupPlan(
                plan.enabled(),
                plan.every(),
                Optional.ofNullable(keep),
                Optional.ofNullable(keepFor),
                plan.timeLimit(),
                plan.sizeLimit(),
                plan.encryption(),
                plan.data());
    }

    static BackupPlan disabled(BackupPlan plan) {
        return new BackupPlan(
                false,
                plan.every(),
                plan.keep(),
                plan.keepFor(),
                plan.timeLimit(),
                plan.sizeLimit(),
                plan.encryption(),
                plan.data());
    }

    static BackupPlan encrypted(BackupPlan plan, String identity, String recipient) {
        return new BackupPlan(
                plan.enabled(),
                plan.every(),
                plan.keep(),
                plan.keepFor(),
                plan.timeLimit(),
                plan.sizeLimit(),
                Optional.of(new BackupPlan.Encryption(SecretRef.parse(identity), recipient)),
                plan.data());
    }

    static DataItem files(String name, String... paths) {
        return item(name, "files", Optional.empty(), List.of(paths));
    }

    static DataItem item(String name, String type, Optional<String> host, List<String> paths) {
        return new DataItem(
                name,
                type,
                host,
                paths,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static Inventory.Service with(Inventory.Service service, BackupPlan plan) {
        Qualification had = service.qualification();
        return with(
                service,
                new Qualification(
                        had.external(), had.automation(), Optional.of(plan), had.testData(), had.protectedFromWipe()));
    }

    static Inventory.Service with(Inventory.Service service, TestData scripts) {
        Qualification had = service.qualification();
        return with(
                service,
                new Qualification(
                        had.external(), had.automation(), had.backup(), Optional.of(scripts), had.protectedFromWipe()));
    }

    private static Inventory.Service with(Inventory.Service service, Qualification qualification) {
        return with(service, service.volumes(), qualification);
    }

    static Inventory.Service withoutVolumes(Inventory.Service service) {
        return with(service, List.of(), service.qualification());
    }

    private static Inventory.Service with(
            Inventory.Service service, List<Inventory.Volume> volumes, Qualification qualification) {
        return new Inventory.Service(
                service.name(),
                service.description(),
                service.image(),
                service.containerClass(),
                service.container(),
                volumes,
                service.ports(),
                service.env(),
                service.secretEnv(),
                service.limits(),
                service.restart(),
                service.health(),
                service.healthCheck(),
                service.metrics(),
                service.dependencies(),
                service.labels(),
                service.recovery(),
                service.promotion(),
                qualification);
    }
}
