package io.muster.cli;

import io.muster.step.Nearest;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/** Dispatches on the first argument. */
public final class CommandLine {

    private static final String SERVE = "serve";
    private static final String HELP = "help";
    private static final String RECOVERY = "--recovery";
    static final int OK = 0;
    static final int WRONG = 1;
    static final int USAGE = 2;

    private final List<Command> commands;
    private final Terminal terminal;

    /** The command line of Muster, on this process's streams; libraries then say nothing but warnings there. */
    public static CommandLine standard() {
        LoggingSystem.get(CommandLine.class.getClassLoader())
                .setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
        return new CommandLine(commands(), System.out, System.err);
    }

    static List<Command> commands() {
        return List.of(
                new LintCommand(),
                new TemplatesCommand(),
                new InventoryCommand(),
                new MigrateCommand(),
                new AuditCommand(),
                new HealthCommand(System.getenv()));
    }

    CommandLine(List<Command> commands, PrintStream out, PrintStream err) {
        this.commands = commands;
        this.terminal = new Terminal(out, err);
    }

    /**
     * Runs the command that the arguments name.
     *
     * @return its exit status; empty when the server is asked for ({@code serve}, options only, or nothing)
     */
    public OptionalInt run(String... arguments) {
        String name = arguments.length == 0 || arguments[0].startsWith("--") ? SERVE : arguments[0];
        if (List.of(HELP, "--help", "-h").contains(arguments.length == 0 ? "" : arguments[0])) {
            terminal.out().print(usage());
            return OptionalInt.of(OK);
        }
        return name.equals(SERVE) ? OptionalInt.empty() : OptionalInt.of(command(name, arguments));
    }

    /** What is left for the server. */
    public static String[] serverArguments(String... arguments) {
        boolean named = arguments.length > 0 && arguments[0].equals(SERVE);
        return Arrays.stream(arguments)
                .skip(named ? 1 : 0)
                .map(argument -> argument.equals(RECOVERY) ? "--muster.recovery=true" : argument)
                .toArray(String[]::new);
    }

    private int command(String name, String... arguments) {
        Optional<Command> command =
                commands.stream().filter(c -> c.name().equals(name)).findFirst();
        try {
            List<String> rest = List.of(arguments).subList(1, arguments.length);
            return command.orElseThrow(() -> unknown(name)).run(rest, terminal);
        } catch (UsageException e) {
            terminal.err().println(e.getMessage());
            terminal.err().print(usage());
            return USAGE;
        }
    }

    private UsageException unknown(String name) {
        List<String> names = Stream.concat(
                        Stream.of(SERVE, HELP), commands.stream().map(Command::name))
                .toList();
        String hint = Nearest.to(name, names)
                .map(near -> " Did you mean '" + near + "'?")
                .orElse("");
        return new UsageException("There is no command '" + name + "'." + hint);
    }

    private String usage() {
        StringBuilder usage = new StringBuilder("Usage: java -jar muster.jar [command]\n\n");
        line(
                usage,
                SERVE + " [--recovery] [--key=value …]",
                "start the server (the default); after a restore: --recovery");
        commands.forEach(c -> line(usage, (c.name() + " " + c.arguments()).strip(), c.summary()));
        line(usage, HELP, "this text");
        return usage.append("\nConfiguration comes from the environment, as for the server (docs/operations.md).\n")
                .toString();
    }

    private static void line(StringBuilder usage, String call, String summary) {
        usage.append(String.format("  %-42s %s%n", call, summary));
    }
}
