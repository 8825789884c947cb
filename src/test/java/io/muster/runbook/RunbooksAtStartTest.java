package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;

@ExtendWith(OutputCaptureExtension.class)
class RunbooksAtStartTest {

    private static TestEngine server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        server = new TestEngine();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @AfterEach
    void clear() {
        server.clear();
    }

    @Test
    void theServerDeploysTheFolderAndSaysWhatIsNew(CapturedOutput output) throws IOException {
        write(new Sample());
        context().run(started -> assertThat(started).hasNotFailed());
        assertThat(output).contains("Runbooks from " + folder).contains("  sample: version 1 is new");

        write(Sample.replacing("Pull image", "Pull the image"));
        context().run(started -> assertThat(started).hasNotFailed());
        assertThat(output)
                .contains("  sample: version 2 is new")
                .contains("  container-provision: unchanged, version 1");

        Files.delete(folder.resolve(Sample.FILE));
        context().run(started -> assertThat(started).hasNotFailed());
        assertThat(output)
                .contains(
                        "  sample: its file is gone; the last deployed version can still be started. Suspend it in Cockpit if it"
                                + " shall not be.");
    }

    @Test
    void theServerDoesNotStartWithARunbookThatIsWrong() throws IOException {
        write(Sample.replacing("${pullImage}", "${pulImage}"));
        context().run(refused -> {
            assertThat(refused).hasFailed();
            FailureAnalysis shown = new RunbooksRefusedAnalyzer().analyze(refused.getStartupFailure());
            assertThat(shown.getDescription())
                    .isEqualTo("The runbooks in " + folder + " were not deployed, none of them: 1 violation:\n"
                            + "  processes/deploy/sample.bpmn:22 'pull-image' (Pull image): There is no step 'pulImage'. Did you"
                            + " mean 'pullImage'? [step-reference]");
            assertThat(shown.getAction()).contains("What was deployed before is untouched.");
        });
        assertThat(server.engine()
                        .getRepositoryService()
                        .createDeploymentQuery()
                        .count())
                .isZero();
    }

    @Test
    void aFolderThatHoldsNoneIsSaidWithoutAStackTrace() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        context().withPropertyValues("muster.runbooks-dir=" + empty).run(refused -> {
            assertThat(refused).hasFailed();
            FailureAnalysis shown = new RunbooksMissingAnalyzer().analyze(refused.getStartupFailure());
            assertThat(shown.getDescription()).startsWith("There are no runbooks in " + empty);
            assertThat(shown.getAction()).contains("MUSTER_RUNBOOKS_DIR");
        });
    }

    @Test
    void theServerDeploysBeforeItListens() throws IOException {
        write(new Sample());
        context().run(started -> assertThat(
                        started.getBean(RunbooksAtStart.class).getPhase())
                .isLessThan(WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE - 1024));
    }

    private ApplicationContextRunner context() {
        return new ApplicationContextRunner()
                .withBean(ProcessEngine.class, server::engine, definition -> definition.setDestroyMethodName(""))
                .withBean(RunbookLinter.class, TestSteps::linter)
                .withBean(RunbooksAtStart.class)
                .withPropertyValues("muster.runbooks-dir=" + folder);
    }

    private void write(Sample sample) throws IOException {
        for (var file : sample.files().contents().entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }
}
