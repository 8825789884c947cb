package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.step.FieldDescriptor;
import io.muster.step.StepCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplatesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StepCatalogue steps = TestSteps.catalogue();
    private final Templates templates = new Templates(steps);

    @TempDir
    private Path root;

    @Test
    void aTemplateMakesAServiceTaskThatRunsTheStepAsynchronously() throws IOException {
        JsonNode template = template("pullImage");
        assertThat(template.path("$schema").asText())
                .isEqualTo("https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json");
        assertThat(template.path("name").asText()).isEqualTo("Docker: Pull an image");
        assertThat(template.path("description").asText()).isEqualTo("Resolves the tag to a digest and pulls that.");
        assertThat(template.path("version").asInt()).isEqualTo(1);
        assertThat(template.path("elementType").path("value").asText()).isEqualTo("bpmn:ServiceTask");
        assertThat(property(template, "camunda:delegateExpression"))
                .hasToString(
                        "{\"type\":\"Hidden\",\"binding\":{\"type\":\"property\",\"name\":\"camunda:delegateExpression\"},\"value\":\"${pullImage}\"}");
        assertThat(property(template, "camunda:asyncBefore").path("value").asBoolean())
                .isTrue();
    }

    @Test
    void aFieldShowsWhatTheInputNeeds() throws IOException {
        JsonNode template = template("pullImage");
        assertThat(property(template, "host"))
                .hasToString(
                        "{\"label\":\"Host\",\"group\":\"input\",\"description\":\"The host's name in the inventory. Example:"
                                + " experimental-01.\",\"type\":\"String\",\"binding\":{\"type\":\"camunda:inputParameter\",\"name\":\"host\"},"
                                + "\"constraints\":{\"notEmpty\":true}}");
        assertThat(property(template, "attempts").path("value").asText()).isEqualTo("3");
        assertThat(property(template, "labels").path("type").asText()).isEqualTo("Text");
        assertThat(property(template, "quiet").path("choices"))
                .hasToString("[{\"name\":\"true\",\"value\":\"true\"},{\"name\":\"false\",\"value\":\"false\"}]");
        assertThat(property(template, "platform")
                        .path("choices")
                        .path(0)
                        .path("value")
                        .asText())
                .isEmpty();
        assertThat(property(template, "timeout").path("description").asText()).isEqualTo("ISO-8601. Empty: PT15M.");
    }

    @Test
    void aPatternAdmitsAnExpressionAndASecretOnlyAReference() throws IOException {
        String image = pattern("image");
        assertThat("notes:1.0").matches(image);
        assertThat("${image}:${version}").matches(image);
        assertThat("Not An Image").doesNotMatch(image);
        assertThat("").doesNotMatch(image);
        String password = pattern("password");
        assertThat("secret:registry").matches(password);
        assertThat("").matches(password);
        assertThat("hunter2").doesNotMatch(password);
    }

    private String pattern(String field) throws IOException {
        return property(template("pullImage"), field)
                .path("constraints")
                .path("pattern")
                .path("value")
                .asText();
    }

    @Test
    void onlyWhatTheFormatKnowsIsUsed() throws IOException {
        Set<String> types = new TreeSet<>();
        for (JsonNode template : JSON.readTree(templates.elementTemplates(""))) {
            for (JsonNode property : template.path("properties")) {
                types.add(property.path("binding").path("type").asText() + " "
                        + property.path("type").asText());
            }
        }
        assertThat(types)
                .containsExactly(
                        "camunda:inputParameter Dropdown",
                        "camunda:inputParameter String",
                        "camunda:inputParameter Text",
                        "camunda:outputParameter ",
                        "property Hidden");
    }

    @Test
    void anAppliedTemplateThatIsFilledInHasNoViolations() throws IOException {
        for (JsonNode template : JSON.readTree(templates.elementTemplates(""))) {
            Map<String, String> filledIn = new HashMap<>();
            steps.step(template.path("id").asText().replace("io.muster.", "")).orElseThrow().inputs().stream()
                    .filter(FieldDescriptor::required)
                    .forEach(field -> filledIn.put(field.name(), field.example().orElseThrow()));
            String body = around(AppliedTemplate.task(template, "do-it", filledIn));
            assertThat(Lint.lint(new Sample().with("processes/applied.bpmn", Sample.diagram("applied", body))))
                    .isEmpty();
        }
    }

    @Test
    void anAppliedTemplateThatIsNotFilledInIsToldWhatIsMissing() throws IOException {
        String body = around(AppliedTemplate.task(template("pullImage"), "do-it", Map.of()));
        assertThat(Lint.lint(new Sample().with("processes/applied.bpmn", Sample.diagram("applied", body))))
                .allMatch(violation -> violation.startsWith("input-missing do-it: "))
                .hasSize(2);
    }

    static String around(String task) {
        return """
                <startEvent id="asked" name="Asked"/>
                <sequenceFlow id="f1" sourceRef="asked" targetRef="do-it"/>
                %s
                <sequenceFlow id="f2" sourceRef="do-it" targetRef="done"/>
                <endEvent id="done" name="Done"/>
                """
                .formatted(task);
    }

    @Test
    void theSameCatalogueGivesTheSameBytes() {
        String first = templates.elementTemplates("");
        assertThat(templates.elementTemplates("")).isEqualTo(first);
        assertThat(templates.elementTemplates(first)).isEqualTo(first);
    }

    @Test
    void aChangedStepGetsANewVersionBesideTheEarlierOne() throws IOException {
        String earlier = templates.elementTemplates("").replace("\"label\" : \"Image\"", "\"label\" : \"Picture\"");
        JsonNode all = JSON.readTree(templates.elementTemplates(earlier));
        assertThat(all.findValuesAsText("id").stream().filter(id -> id.equals("io.muster.pullImage")))
                .hasSize(2);
        assertThat(all).anySatisfy(template -> {
            assertThat(template.path("version").asInt()).isEqualTo(2);
            assertThat(template.toString()).contains("\"Image\"").doesNotContain("Picture");
        });
        assertThat(templates.elementTemplates(
                        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all)))
                .isEqualTo(templates.elementTemplates(earlier));
    }

    @Test
    void writingTwiceChangesNothingTheSecondTime() throws IOException {
        assertThat(templates.outdated(root)).hasSize(2);
        assertThat(templates.write(root))
                .containsExactlyInAnyOrder(
                        root.resolve(Templates.ELEMENT_TEMPLATES), root.resolve(Templates.STEPS_PAGE));
        assertThat(templates.write(root)).isEmpty();
        assertThat(templates.outdated(root)).isEmpty();
    }

    @Test
    void aFileThatIsNoJsonIsNotOverwritten() throws IOException {
        Path file = root.resolve(Templates.ELEMENT_TEMPLATES);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "<<<<<<< HEAD");
        assertThatThrownBy(() -> templates.write(root)).hasMessageContaining("muster-steps.json is not JSON");
        assertThat(file).hasContent("<<<<<<< HEAD");
    }

    @Test
    void thePageShowsEachStepWithInputsOutputsAndAnExample() {
        assertThat(new StepsPage(steps).text())
                .contains("| Docker | [`pullImage`](#pullimage) |")
                .contains(
                        """
                        ### pullImage

                        **Pull an image.** Resolves the tag to a digest and pulls that. Leaves an image that is there already alone.

                        Changes its target. After a crash: it runs again. Time limit: PT15M. Errors: `NotFound`, `InvalidInput`.

                        | input | type | needed | meaning |
                        |---|---|---|---|
                        | `host` | text | yes | The host's name in the inventory. |
                        | `image` | text | yes | Repository and tag. Must be: matches `[a-z0-9./:-]+`. |
                        | `attempts` | whole number | default `3` | How often it is tried. Must be: at least 1, at most 10. |
                        | `platform` | choice | no | Only where it is not the engine's own. One of `linux-amd64`, `linux-arm64`. |
                        """)
                .contains(
                        """
                        ```xml
                        <bpmn:serviceTask id="say-hello" name="Say hello"
                            camunda:delegateExpression="${sayHello}" camunda:asyncBefore="true">
                          <bpmn:extensionElements>
                            <camunda:inputOutput>
                              <camunda:inputParameter name="name">Ada</camunda:inputParameter>
                            </camunda:inputOutput>
                          </bpmn:extensionElements>
                        </bpmn:serviceTask>
                        ```
                        """);
    }

    @Test
    void theExampleOfEachStepHasNoViolations() {
        steps.all().forEach(step -> {
            String example = StepExample.of(step).replace("bpmn:", "").replaceFirst("id=\"[^\"]*\"", "id=\"do-it\"");
            assertThat(Lint.lint(
                            new Sample().with("processes/example.bpmn", Sample.diagram("example", around(example)))))
                    .isEmpty();
        });
    }

    private JsonNode template(String step) throws IOException {
        for (JsonNode template : JSON.readTree(templates.elementTemplates(""))) {
            if (template.path("id").asText().equals("io.muster." + step)) {
                return template;
            }
        }
        throw new AssertionError("no template of " + step);
    }

    private static JsonNode property(JsonNode template, String name) {
        for (JsonNode property : template.path("properties")) {
            if (property.path("binding").path("name").asText().equals(name)) {
                return property;
            }
        }
        throw new AssertionError("no property " + name);
    }
}
