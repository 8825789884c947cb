package io.muster.cli;

import io.muster.runbook.Templates;
import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes what is generated from the step catalogue. */
final class TemplatesCommand implements Command {

    @Override
    public String name() {
        return "templates";
    }

    @Override
    public String arguments() {
        return "[folder]";
    }

    @Override
    public String summary() {
        return "write Modeler's element templates, docs/steps.md and pictures of the runbooks (default: here)";
    }

    @Override
    public int run(List<String> arguments, Terminal terminal) {
        if (arguments.size() > 1) {
            throw new UsageException("'templates' takes one folder at the most.");
        }
        Path root = Path.of(arguments.isEmpty() ? "" : arguments.get(0));
        try {
            List<Path> changed =
                    new Templates(StepCatalogue.described("io.muster.steps", new InputBinder())).write(root);
            changed.forEach(path -> terminal.out().println("Wrote " + path));
            terminal.out()
                    .println(changed.isEmpty() ? "All were current." : "Commit them with the steps they describe.");
            return CommandLine.OK;
        } catch (IOException e) {
            terminal.err().println("Cannot write below " + root.toAbsolutePath() + ": " + e.getMessage());
            return CommandLine.WRONG;
        }
    }
}
