package io.muster.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.step.SampleSteps.Everything;
import io.muster.step.SampleSteps.Mode;
import io.muster.step.SampleSteps.Names;
import io.muster.step.SampleSteps.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputBinderTest {

    private final InputBinder binder = new InputBinder();
    private final StepDescriptor everything = SampleSteps.describe(new SampleSteps.EverythingStep());
    private final StepDescriptor names = SampleSteps.describe(new SampleSteps.NamesStep());

    @Test
    void everyTypeBindsFromTheTextThatModelerWrites() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("host", "  core-01 ");
        texts.put("port", "2222");
        texts.put("bytes", "9000000000");
        texts.put("share", "0.5");
        texts.put("dryRun", "Yes");
        texts.put("pause", "PT30S");
        texts.put("file", "/srv/notes");
        texts.put("mode", "rolling-update");
        texts.put("sizes", "1\n2\n\n 3 ");
        texts.put("volumes", "/srv/a:/a\n\n  /srv/b:/b:ro\n");
        texts.put("labels", "team=platform\n query = a=b\nempty=");
        texts.put("token", "secret:notes-token");
        texts.put("script", "  set -e\n  true\n");

        Everything bound = bindEverything(texts);

        assertThat(bound)
                .isEqualTo(new Everything(
                        "core-01",
                        2222,
                        9000000000L,
                        0.5,
                        true,
                        Duration.ofSeconds(30),
                        Path.of("/srv/notes"),
                        Mode.ROLLING_UPDATE,
                        null,
                        List.of(1, 2, 3),
                        List.of("/srv/a:/a", "/srv/b:/b:ro"),
                        Map.of("team", "platform", "query", "a=b", "empty", ""),
                        "secret:notes-token",
                        "  set -e\n  true\n"));
    }

    @Test
    void everyTypeBindsFromTypedProcessVariables() {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("host", "core-01");
        variables.put("port", 22L);
        variables.put("bytes", 7);
        variables.put("share", 1);
        variables.put("dryRun", true);
        variables.put("pause", Duration.ofMinutes(1));
        variables.put("version", new Version(1, 2));
        variables.put("sizes", List.of(1, 2.0));
        variables.put("volumes", new String[] {"a:b"});
        variables.put("labels", Map.of("replicas", 2));

        Everything bound = bindEverything(variables);

        assertThat(bound.port()).isEqualTo(22);
        assertThat(bound.bytes()).isEqualTo(7L);
        assertThat(bound.share()).isEqualTo(1.0);
        assertThat(bound.pause()).isEqualTo(Duration.ofMinutes(1));
        assertThat(bound.version()).isEqualTo(new Version(1, 2));
        assertThat(bound.sizes()).containsExactly(1, 2);
        assertThat(bound.volumes()).containsExactly("a:b");
        assertThat(bound.labels()).containsExactly(Map.entry("replicas", "2"));
    }

    @Test
    void listsAndMapsBindFromJsonText() {
        Everything bound =
                bindEverything(Map.of("host", "h", "volumes", "[\"a\", \"b\"]", "labels", "{\"a\": \"1\", \"b\": 2}"));
        assertThat(bound.volumes()).containsExactly("a", "b");
        assertThat(bound.labels()).containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
    }

    @Test
    void aLineInBracketsThatIsNotJsonIsALine() {
        assertThat(bindEverything(Map.of("host", "h", "volumes", "[::1]:[80]")).volumes())
                .containsExactly("[::1]:[80]");
    }

    @Test
    void blankIsAbsentAndAbsentIsTheDefaultOrNothing() {
        Everything bound = bindEverything(Map.of("host", "h", "port", " ", "pause", "", "volumes", "\n"));
        assertThat(bound.port()).isEqualTo(22);
        assertThat(bound.dryRun()).isFalse();
        assertThat(bound.pause()).isNull();
        assertThat(bound.volumes()).isEmpty();
        assertThat(bound.labels()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rolling-update", "ROLLING_UPDATE", "Rolling-Update", "rolling_update"})
    void aChoiceBindsInAnySpelling(String text) {
        assertThat(bindEverything(Map.of("host", "h", "mode", text)).mode()).isEqualTo(Mode.ROLLING_UPDATE);
    }

    @ParameterizedTest
    @CsvSource({"true,true", "YES,true", "1,true", "False,false", "no,false", "0,false"})
    void aBooleanBindsFromItsUsualWords(String text, boolean value) {
        assertThat(bindEverything(Map.of("host", "h", "dryRun", text)).dryRun()).isEqualTo(value);
    }

    @Test
    void allViolationsAreToldAtOnceWithParameterValueAndFix() {
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("prot", "22");
        wrong.put("port", "0");
        wrong.put("bytes", "many");
        wrong.put("share", "NaN");
        wrong.put("dryRun", "perhaps");
        wrong.put("pause", "30s");
        wrong.put("mode", "rolling");
        wrong.put("version", "latest");
        wrong.put("sizes", "1\ntwo");
        wrong.put("labels", "team");
        wrong.put("token", "hunter2");
        wrong.put("timeout", "PT0S");

        StepFailure.Rejected failure = rejected(everything, wrong);

        assertThat(failure.reason()).isEqualTo("InvalidInput");
        assertThat(failure)
                .hasMessage(
                        """
                        Task 'do-it' (step everything) did not start: its input is not valid.
                        - Input 'host' is missing. Give it: The host's name in the inventory, for example 'core-01'.
                        - Input 'port' is '0': it must be greater than or equal to 1. Wanted: at least 1, at most 65535.
                        - Input 'bytes' is 'many': it is not a whole number. Give digits only, for example '22'.
                        - Input 'share' is 'NaN': it is not a number. Give a number, for example '0.5'.
                        - Input 'dryRun' is 'perhaps': it is neither true nor false. Give 'true' or 'false'.
                        - Input 'pause' is '30s': it is not an ISO-8601 duration. Give an ISO-8601 duration, for example 'PT30S', 'PT10M' or 'P1D'.
                        - Input 'mode' is 'rolling': it is none of rolling-update, all-at-once. Give one of rolling-update, all-at-once.
                        - Input 'version' is 'latest': it is not valid (want major.minor). Give it in the form that the description says.
                        - Input 'sizes' is '1
                        two': it has an entry 2 that is not a whole number. Give one entry per line, or a JSON array.
                        - Input 'labels' is 'team': it has a line 1 that is not 'key=value'. Give one 'key=value' per line, or a JSON object.
                        - Input 'token' is '***': it is a secret itself, not a reference to one. Keep it in the secrets directory or the environment, and give its name: 'secret:NAME'.
                        - Input 'timeout' is 'PT0S': it is not an ISO-8601 duration above zero. Give an ISO-8601 duration, for example 'PT30S', 'PT10M' or 'P1D'.
                        - Input 'prot' is not an input of the step 'everything'. Did you mean 'port'? Otherwise remove it."""
                                .stripIndent());
        assertThat(failure.getMessage()).doesNotContain("hunter2");
    }

    @Test
    void aConstraintAcrossComponentsIsTold() {
        assertThat(rejected(everything, Map.of("host", "h", "version", "1.0", "mode", "all-at-once")))
                .hasMessage(
                        """
                        Task 'do-it' (step everything) did not start: its input is not valid.
                        - Input 'versionAlone' must not be given together with mode. Change what the diagram gives.""");
    }

    @Test
    void whatTheRecordItselfRefusesIsTold() {
        assertThat(rejected(names, Map.of("names", "root")).getMessage()).contains("root is taken");
    }

    @Test
    void anEmptyRequiredListIsMissing() {
        assertThat(rejected(names, Map.of("names", " ")).getMessage()).contains("Input 'names' is missing.");
        assertThat(rejected(names, Map.of("names", List.of())).getMessage()).contains("Input 'names' is missing.");
    }

    @ParameterizedTest
    @CsvSource({"99999999999,is out of range", "1.5,is not a whole number", "1e2x,is not a whole number"})
    void anIntegerThatDoesNotFitIsRefused(String text, String problem) {
        assertThat(rejected(everything, Map.of("host", "h", "port", text)).getMessage())
                .contains("Input 'port' is '" + text + "': it " + problem);
    }

    @Test
    void aListWhereOneValueIsWantedIsRefused() {
        assertThat(rejected(everything, Map.of("host", List.of("a", "b"))).getMessage())
                .contains("Input 'host' is '[a, b]': it is a list, not a single value.");
    }

    @Test
    void aLongValueIsShortenedInTheMessage() {
        assertThat(rejected(everything, Map.of("host", "h", "port", "x".repeat(5000)))
                        .getMessage())
                .hasSizeLessThan(500);
    }

    @Test
    void theTimeoutIsTheDiagramsOrTheSteps() {
        assertThat(binder.bind(everything, "do-it", Map.of("host", "h")).timeout())
                .isEqualTo(Duration.ofMinutes(5));
        assertThat(binder.bind(everything, "do-it", Map.of("host", "h", "timeout", "PT2H"))
                        .timeout())
                .isEqualTo(Duration.ofHours(2));
    }

    @Test
    void whatOnlyARunKnowsIsLeftAlone() {
        assertThat(binder.check(everything, Map.of("port", "22"), Set.of("host", "mode")))
                .isEmpty();
        assertThat(binder.check(everything, Map.of("host", "h"), Set.of("hots")))
                .extracting(InputProblem::message)
                .containsExactly(
                        "Input 'hots' is not an input of the step 'everything'. Did you mean 'host'? Otherwise remove it.");
    }

    @Test
    void theJournalGetsJsonWithSecretsMasked() {
        Everything bound = bindEverything(Map.of(
                "host",
                "h",
                "token",
                "secret:a",
                "pause",
                "PT90S",
                "mode",
                "all-at-once",
                "file",
                "/srv",
                "labels",
                "a=1"));
        assertThat(binder.toJson(bound))
                .hasToString("{\"host\":\"h\",\"port\":22,\"bytes\":null,\"share\":null,\"dryRun\":false,"
                        + "\"pause\":\"PT1M30S\",\"file\":\"/srv\",\"mode\":\"all-at-once\",\"version\":null,\"sizes\":[],"
                        + "\"volumes\":[],\"labels\":{\"a\":\"1\"},\"token\":\"***\",\"script\":null}");
    }

    @Test
    void theDescriptorRunsTheStepWithWhatWasBound() {
        Names bound =
                (Names) binder.bind(names, "name-them", Map.of("names", "a\nb")).input();
        assertThat(names.target(bound)).isEqualTo("a, b");
        assertThatThrownBy(() -> names.target(new SampleSteps.Nothing())).isInstanceOf(ClassCastException.class);
    }

    private Everything bindEverything(Map<String, ?> parameters) {
        return (Everything) binder.bind(everything, "do-it", parameters).input();
    }

    private StepFailure.Rejected rejected(StepDescriptor step, Map<String, ?> parameters) {
        return catchThrowableOfType(StepFailure.Rejected.class, () -> binder.bind(step, "do-it", parameters));
    }
}
