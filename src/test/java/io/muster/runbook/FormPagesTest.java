package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all forms in Tasklist keep to, so that a tired person gets each of them right. */
class FormPagesTest {

    private static final Path FORMS = Path.of("forms");
    private static final Path PROCESSES = Path.of("processes");
    private static final Pattern CONTROL = Pattern.compile("<(input|select|textarea)\\b([^>]*)>", Pattern.DOTALL);
    private static final Pattern SCRIPT = Pattern.compile("<script.*?</script>", Pattern.DOTALL);
    private static final Pattern FORM_KEY = Pattern.compile("formKey=\"embedded:deployment:(forms/[^\"]+)\"");
    private static final Pattern START_FORM =
            Pattern.compile("<bpmn:startEvent[^>]*formKey=\"embedded:deployment:(forms/[^\"]+)\"");
    /** Approvals after which something that people need is gone. */
    private static final Set<String> DESTRUCTIVE =
            Set.of("approve-wipe.html", "approve-restore.html", "approve-retirement.html", "approve-recreation.html");

    static Stream<Path> forms() throws IOException {
        try (Stream<Path> files = Files.walk(FORMS)) {
            return files.filter(file -> file.toString().endsWith(".html")).sorted().toList().stream();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String page(Path form) {
        return SCRIPT.matcher(read(form)).replaceAll("");
    }

    private static List<MatchResult> controls(Path form) {
        return CONTROL.matcher(page(form)).results().toList();
    }

    private static String attribute(String attributes, String name) {
        return Pattern.compile("(?:^|\\s)" + name + "=\"([^\"]*)\"")
                .matcher(attributes)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @MethodSource("forms")
    void whatFormsShareIsNotInThem(Path form) {
        List<MatchResult> scripts = SCRIPT.matcher(read(form)).results().toList();
        assertThat(scripts).hasSize(1);
        assertThat(scripts.get(0).group())
                .contains("import('../muster/form.js')")
                .doesNotContain("fetch(", "XMLHttpRequest", "innerHTML");
        assertThat(page(form)).doesNotContain("ng-bind-html", "onclick=", "href=\"http", "src=\"http");
    }

    @ParameterizedTest
    @MethodSource("forms")
    void eachControlHasALabelAndANameOfItsOwn(Path form) {
        String page = page(form);
        Set<String> ids = new HashSet<>();
        for (MatchResult control : controls(form)) {
            if (attribute(control.group(2), "type").equals("hidden")) {
                // Nobody sees it: it holds back a form that has nothing to send.
                continue;
            }
            String id = attribute(control.group(2), "id");
            assertThat(id).as(control.group()).isNotEmpty();
            assertThat(ids.add(id)).as("id %s is there once", id).isTrue();
            assertThat(attribute(control.group(2), "name")).as(control.group()).isNotEmpty();
            String before = page.substring(0, control.start());
            boolean wrapped = before.lastIndexOf("<label") > before.lastIndexOf("</label>");
            assertThat(wrapped || page.contains("for=\"" + id + "\""))
                    .as("a label for %s", id)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void choicesOfOneKindAreAGroupWithAName(Path form) {
        String page = page(form);
        for (MatchResult control : controls(form)) {
            if (attribute(control.group(2), "type").equals("radio")) {
                String before = page.substring(0, control.start());
                assertThat(before.lastIndexOf("<fieldset"))
                        .as(control.group())
                        .isGreaterThan(before.lastIndexOf("</fieldset>"));
                assertThat(before.substring(before.lastIndexOf("<fieldset"))).contains("<legend");
                assertThat(control.group(2)).contains("required");
            }
        }
    }

    /** What exists is chosen; typed are words that are kept with the run, and inputs of a failed step. */
    @ParameterizedTest
    @MethodSource("forms")
    void onlyWordsAreTyped(Path form) {
        for (MatchResult control : controls(form)) {
            boolean text = control.group(1).equals("textarea")
                    || attribute(control.group(2), "type").equals("text");
            if (text && !attribute(control.group(2), "id").startsWith("decide-input-")) {
                assertThat(control.group(2)).as(control.group()).contains("maxlength=");
                assertThat(attribute(control.group(2), "name"))
                        .as("a name for words, of %s", form)
                        .isIn(
                                "reasonText",
                                "commentText",
                                "noticeText",
                                "titleText",
                                "contextText",
                                "decisionText",
                                "decisionReasonText",
                                "cleanupNoteText",
                                "nextStepsCommentText",
                                "reviewCommentText",
                                "outsideHowText");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void momentsAreShownInTheReadersZone(Path form) {
        Pattern.compile("\\{\\{([^}]*(?:[a-z]At|TakenAt)\\b[^}]*)}}")
                .matcher(page(form))
                .results()
                .forEach(shown -> assertThat(shown.group(1)).contains("| date:"));
    }

    @Test
    void eachApprovalAsksForAComment() throws IOException {
        List<Path> approvals = forms().filter(
                        form -> form.getFileName().toString().startsWith("approve-"))
                .toList();
        assertThat(approvals).hasSizeGreaterThan(8);
        for (Path form : approvals) {
            assertThat(page(form)).as(form.toString()).contains("id=\"approve-yes\"", "id=\"approve-no\"");
            MatchResult comment = controls(form).stream()
                    .filter(control -> attribute(control.group(2), "id").equals("approve-comment"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(form + " asks for no comment"));
            assertThat(comment.group(2)).as(form.toString()).containsPattern("\\srequired\\b");
        }
    }

    @Test
    void whatDestroysIsSaidOnceMoreInWords() throws IOException {
        Set<String> destructive = new TreeSet<>(DESTRUCTIVE);
        try (Stream<Path> files = Files.walk(PROCESSES)) {
            files.filter(file -> file.toString().endsWith(".bpmn"))
                    .map(FormPagesTest::read)
                    .filter(diagram -> diagram.contains("name=\"destroys\""))
                    .forEach(diagram -> START_FORM
                            .matcher(diagram)
                            .results()
                            .forEach(found -> destructive.add(
                                    Path.of(found.group(1)).getFileName().toString())));
        }
        assertThat(destructive).contains("start-wipe.html", "start-restore.html", "start-retirement.html");
        Set<String> sure = forms().filter(form -> controls(form).stream()
                        .anyMatch(control ->
                                attribute(control.group(2), "ng-model").equals("sure.said")
                                        && control.group(2).contains("required")))
                .map(form -> form.getFileName().toString())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(sure).containsAll(destructive);
    }

    /** A form that no diagram names would be kept for nothing; one that is missing would open as an empty page. */
    @Test
    void eachFormIsNamedByADiagram() throws IOException {
        Set<String> named = new TreeSet<>();
        try (Stream<Path> files = Files.walk(PROCESSES)) {
            files.filter(file -> file.toString().endsWith(".bpmn"))
                    .map(FormPagesTest::read)
                    .forEach(
                            diagram -> FORM_KEY.matcher(diagram).results().forEach(found -> named.add(found.group(1))));
        }
        Set<String> there = forms().map(Path::toString)
                .filter(form -> !form.startsWith("forms/decision/"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(there).isEqualTo(named);
    }
}
