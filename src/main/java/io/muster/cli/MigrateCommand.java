package io.muster.cli;

import io.muster.storage.DatabaseMigration;
import io.muster.storage.StartupRefused;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;

/** Brings an external database up to this version; the embedded one is migrated by its server. */
final class MigrateCommand implements Command {

    private static final String RUNTIME_ROLE = "--runtime-role";

    /** Of the server, and of the tables' owner where that is another. */
    private static final Setting URL = new Setting("spring.datasource.url", "muster.migrate.datasource.url");

    private static final Setting USERNAME =
            new Setting("spring.datasource.username", "muster.migrate.datasource.username");
    private static final Setting PASSWORD =
            new Setting("spring.datasource.password", "muster.migrate.datasource.password");

    @Override
    public String name() {
        return "migrate";
    }

    @Override
    public String arguments() {
        return "[" + RUNTIME_ROLE + " name]";
    }

    @Override
    public String summary() {
        return "apply pending migrations to the external database";
    }

    @Override
    public int run(List<String> arguments, Terminal terminal) {
        boolean named = arguments.size() == 2 && arguments.get(0).equals(RUNTIME_ROLE);
        if (!named && !arguments.isEmpty()) {
            throw new UsageException("'migrate' takes " + RUNTIME_ROLE
                    + " and a name, or nothing; SPRING_DATASOURCE_URL names the database.");
        }
        return migrate(Settings.load(), named ? Optional.of(arguments.get(1)) : Optional.empty(), terminal);
    }

    /** @param runtimeRole the role to limit to what the server needs; by default the one that the server is configured with */
    static int migrate(Environment settings, Optional<String> runtimeRole, Terminal terminal) {
        String url = URL.asOwner(settings);
        if (url.isBlank()) {
            terminal.err()
                    .println(
                            "No external database is configured (SPRING_DATASOURCE_URL). The embedded one is migrated by"
                                    + " the server when it starts.");
            return CommandLine.WRONG;
        }
        String shown = url.replaceFirst("\\?.*", "");
        try {
            DatabaseMigration.Result result = DatabaseMigration.of(
                            url, USERNAME.asOwner(settings), PASSWORD.asOwner(settings))
                    .run(runtimeRole.or(() -> Optional.of(settings.getProperty(USERNAME.server, ""))
                            .filter(role -> !role.isBlank())));
            terminal.out()
                    .println(
                            result.applied().isEmpty()
                                    ? shown + " is up to date."
                                    : shown + ": applied " + String.join(", ", result.applied()) + ".");
            result.limited().ifPresent(role -> terminal.out()
                    .println("The role " + role
                            + " may use the tables; it can change neither the schema nor evidence."));
            return CommandLine.OK;
        } catch (StartupRefused e) {
            terminal.err().println(e.getMessage());
            terminal.err().println(e.action());
            return CommandLine.WRONG;
        } catch (FlywayException e) {
            terminal.err()
                    .println(shown + " could not be migrated: "
                            + NestedExceptionUtils.getMostSpecificCause(e).getMessage());
            return CommandLine.WRONG;
        }
    }

    private record Setting(String server, String owner) {
        String asOwner(Environment settings) {
            String own = settings.getProperty(owner, "");
            return own.isBlank() ? settings.getProperty(server, "") : own;
        }
    }
}
