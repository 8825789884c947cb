package io.muster.cli;

import io.muster.inventory.Inventory;
import io.muster.inventory.Inventory.Environment;
import io.muster.inventory.InventoryInvalid;
import io.muster.inventory.InventoryLocation;
import io.muster.inventory.InventoryReader;
import io.muster.inventory.Violation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks an inventory as the server would read it, without a server. */
final class InventoryCommand implements Command {

    private static final String WITHOUT_SECRETS = "--without-secrets";

    @Override
    public String name() {
        return "inventory";
    }

    @Override
    public String arguments() {
        return "check [file] [" + WITHOUT_SECRETS + "]";
    }

    @Override
    public String summary() {
        return "check an inventory (default: the configured one)";
    }

    @Override
    public int run(List<String> arguments, Terminal terminal) {
        if (arguments.isEmpty() || !arguments.get(0).equals("check")) {
            throw new UsageException("'inventory' is followed by 'check'.");
        }
        List<String> files = new ArrayList<>(arguments.subList(1, arguments.size()));
        boolean withoutSecrets = files.removeIf(WITHOUT_SECRETS::equals);
        if (files.size() > 1 || files.stream().anyMatch(file -> file.startsWith("-"))) {
            throw new UsageException("'inventory check' takes one file and " + WITHOUT_SECRETS + " only.");
        }
        InventoryLocation location = location(files.stream().findFirst().map(Path::of));
        return check(location.file(), reader(location, withoutSecrets), terminal);
    }

    private static InventoryLocation location(Optional<Path> file) {
        var settings = Settings.load();
        return file.map(path -> new InventoryLocation(path, InventoryLocation.secretsDirectory(settings)))
                .or(() -> InventoryLocation.configured(settings))
                .orElseThrow(() -> new UsageException("No inventory is configured (MUSTER_INVENTORY); name a file."));
    }

    private static InventoryReader reader(InventoryLocation location, boolean withoutSecrets) {
        return withoutSecrets ? InventoryReader.withoutSecrets() : new InventoryReader(location.openSecrets());
    }

    private static int check(Path file, InventoryReader reader, Terminal terminal) {
        try {
            Inventory inventory = reader.read(file);
            terminal.out().println(file + " is valid.");
            inventory.environments().values().forEach(environment -> terminal.out()
                    .println(summary(environment)));
            return CommandLine.OK;
        } catch (InventoryInvalid e) {
            List<Violation> violations = e.violations();
            violations.forEach(terminal.out()::println);
            terminal.out().println(violations.size() + (violations.size() == 1 ? " violation." : " violations."));
            return CommandLine.WRONG;
        }
    }

    private static String summary(Environment environment) {
        return "  " + environment.name() + ": "
                + count(environment.hosts().size(), "host") + ", "
                + count(environment.services().size(), "service") + ", "
                + count(environment.nodes().size(), "node") + ", "
                + (environment.registries().size() == 1
                        ? "1 registry"
                        : environment.registries().size() + " registries");
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
