package io.muster.inventory;

import java.util.List;
import java.util.Set;

/** What must hold for what an environment and its services have for recovery. */
final class RecoveryRules {

    private final Place environment;
    private final List<String> hosts;
    private final Set<String> types;

    RecoveryRules(Place environment, List<String> hosts, Set<String> types) {
        this.environment = environment;
        this.hosts = hosts;
        this.types = types;
    }

    void check() {
        environment.get("backups").ifPresent(this::store);
        environment.get("vantage").ifPresent(this::vantage);
        environment.get("control").ifPresent(control -> {
            control.get("host").ifPresent(this::host);
            control.get("directory").ifPresent(Formats::path);
        });
        environment.entries("services").forEach(this::service);
    }

    private void store(Place store) {
        boolean known = store.get("host").filter(this::host).isPresent();
        store.get("directory").ifPresent(directory -> {
            Formats.path(directory);
            if (known) {
                persistent(store.text("host").orElseThrow(), directory);
            }
        });
    }

    private void persistent(String host, Place directory) {
        List<String> persistent = environment.get("hosts").flatMap(all -> all.get(host)).stream()
                .flatMap(entry -> entry.items("persistent-storage").stream())
                .flatMap(item -> item.text().stream())
                .toList();
        directory
                .text()
                .filter(path -> persistent.stream().noneMatch(root -> below(path, root)))
                .ifPresent(
                        path -> directory.problem("'" + Shown.text(path) + "' is not below persistent-storage of host '"
                                + host + "' (" + (persistent.isEmpty() ? "it has none" : Shown.list(persistent))
                                + "); what is kept there would be lost with the container."));
    }

    private void vantage(Place vantage) {
        vantage.get("host").ifPresent(this::host);
        vantage.items("resolvers").forEach(Formats::port);
    }

    private void service(Place service) {
        service.get("external").ifPresent(ServiceRules::health);
        service.get("automation")
                .filter(automation -> environment.get("control").isEmpty())
                .ifPresent(automation -> automation.problemAtKey(
                        "needs a control host; give the environment control: {host: …, directory: …}."));
        service.get("test-data").flatMap(data -> data.get("host")).ifPresent(this::host);
        service.get("recovery")
                .flatMap(recovery -> recovery.get("restore-test"))
                .ifPresent(test -> restoreTest(service, test));
        service.get("backup").ifPresent(backup -> new BackupRules(environment, service, hosts, types).check(backup));
    }

    private static void restoreTest(Place service, Place test) {
        List<String> known =
                service.entries("secret-env").stream().map(Place::key).toList();
        test.items("secret-env").forEach(name -> name.text()
                .filter(text -> !known.contains(text))
                .ifPresent(text -> name.problem("the service has no '" + Shown.text(text) + "' in its secret-env"
                        + (known.isEmpty() ? ", which is empty." : " (" + Shown.list(known) + ")."))));
        test.get("network")
                .filter(network -> network.text()
                        .filter(text -> text.equals("host") || text.startsWith("container:"))
                        .isPresent())
                .ifPresent(
                        network -> network.problem(
                                "'" + Shown.text(network.text().orElseThrow())
                                        + "' is the network of the machine, or of another container, where the scratch container would meet"
                                        + " the service itself; name a network of the engine that is made for tests, or none."));
    }

    private boolean host(Place host) {
        return References.check(host, "host", hosts);
    }

    /** Whether a path is a directory or something in it. */
    static boolean below(String path, String directory) {
        String root = Notation.path(directory);
        return (Notation.path(path) + "/").startsWith(root.equals("/") ? root : root + "/");
    }
}
