package io.muster.servers;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** An effect that can be counted: a line in a file; then it waits for as long as another file is there. */
@StepInfo(
        name = "appendLine",
        title = "Append a line",
        description = "Appends a line to a file, once.",
        category = "Test",
        changes = true,
        afterCrash = AfterCrash.RESUME)
final class AppendLine implements Step<AppendLine.Input, AppendLine.Output> {

    record Input(
            @NotBlank @Field(label = "File") String file,
            @NotBlank @Field(label = "Line") String line,
            @Field(label = "Waits for the end of this file") String hold,
            @Field(label = "Fails for good without this file") String needs) {}

    record Output(@Field(label = "Process") long process) {}

    @Override
    public Output run(Input input, StepContext context) {
        Path file = Path.of(input.file());
        long process = ProcessHandle.current().pid();
        if (input.needs() != null && !Files.exists(Path.of(input.needs()))) {
            throw new StepFailure.Fatal(Reason.NOT_FOUND, input.needs() + " is not there. Make it.");
        }
        context.effect("append", input.line());
        boolean done = lines(file).stream().anyMatch(line -> line.startsWith("effect " + context.id()));
        append(file, (done ? "resumed " : "effect ") + context.id() + " " + process + " " + input.line());
        while (input.hold() != null && Files.exists(Path.of(input.hold()))) {
            context.pause(Duration.ofMillis(100));
        }
        append(file, "end " + context.id() + " " + process + " " + input.line());
        Path commit = file.resolveSibling("hold-commit");
        if (Files.exists(commit)) {
            TransactionSynchronizationManager.registerSynchronization(new StoppingCommit(context.id(), file, commit));
        }
        return new Output(process);
    }

    @Override
    public String target(Input input) {
        return input.line();
    }

    static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void append(Path file, String line) {
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits in the engine's commit, after it has written its rows, while a file is there. */
    private record StoppingCommit(UUID id, Path file, Path hold) implements TransactionSynchronization {
        @Override
        public void beforeCommit(boolean readOnly) {
            append(file, "commit " + id + " " + ProcessHandle.current().pid() + " commit");
            while (Files.exists(hold)) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }
}
