package io.muster.cli;

import io.muster.runbook.RunbookFiles;
import io.muster.runbook.RunbookLinter;
import io.muster.runbook.Violation;
import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lints runbooks as a deployment would. What stands in one folder is linted together, since the files refer to one another; a
 * path below the folder only narrows what is shown.
 */
final class LintCommand implements Command {

    private static final String PROCESSES = "processes";

    @Override
    public String name() {
        return "lint";
    }

    @Override
    public String arguments() {
        return "[path …]";
    }

    @Override
    public String summary() {
        return "lint runbooks (default: those in this folder, or else the packaged ones)";
    }

    @Override
    public int run(List<String> arguments, Terminal terminal) {
        Set<Violation> violations = new LinkedHashSet<>();
        int files = arguments.isEmpty() ? lintDefault(violations) : lint(arguments, violations);
        violations.forEach(terminal.out()::println);
        terminal.out().println(count(files, "file") + ", " + count(violations.size(), "violation") + ".");
        return violations.isEmpty() ? CommandLine.OK : CommandLine.WRONG;
    }

    private static int lintDefault(Set<Violation> violations) {
        boolean here = Files.isDirectory(Path.of(PROCESSES));
        RunbookFiles files =
                here ? RunbookFiles.in(Path.of("")) : RunbookFiles.onClasspath(LintCommand.class.getClassLoader());
        violations.addAll(linter().lint(files));
        return files.contents().size();
    }

    private static int lint(List<String> arguments, Set<Violation> violations) {
        Map<Path, Set<String>> shown = new LinkedHashMap<>();
        for (String argument : arguments) {
            Path path = Path.of(argument).toAbsolutePath().normalize();
            Path folder = folderOf(path, argument);
            shown.computeIfAbsent(folder, f -> new LinkedHashSet<>())
                    .add(folder.relativize(path).toString());
        }
        int files = 0;
        for (Map.Entry<Path, Set<String>> entry : shown.entrySet()) {
            RunbookFiles all = RunbookFiles.in(entry.getKey());
            files += (int) all.contents().keySet().stream()
                    .filter(file -> isBelow(file, entry.getValue()))
                    .count();
            linter().lint(all).stream()
                    .filter(violation -> isBelow(violation.file(), entry.getValue()))
                    .forEach(violations::add);
        }
        return files;
    }

    /** The folder that holds {@code processes}: the path itself or the nearest one above it. */
    private static Path folderOf(Path path, String argument) {
        if (!Files.exists(path)) {
            throw new UsageException("There is no file or folder '" + argument + "'.");
        }
        for (Path folder = path; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(PROCESSES))) {
                return folder;
            }
        }
        throw new UsageException(
                "'" + argument + "' has no folder '" + PROCESSES + "', and neither has a folder above it.");
    }

    private static boolean isBelow(String file, Set<String> paths) {
        return paths.stream().anyMatch(path -> path.isEmpty() || Path.of(file).startsWith(path));
    }

    private static RunbookLinter linter() {
        InputBinder binder = new InputBinder();
        return new RunbookLinter(StepCatalogue.described("io.muster.steps", binder), binder);
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
