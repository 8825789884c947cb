package io.muster.runbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Writes what is generated from the step catalogue and the diagrams: the element templates that Modeler finds from any diagram in
 * {@code processes/}, {@code docs/steps.md}, and the pictures of the diagrams. The same catalogue gives the same bytes.
 *
 * <p>A template whose content changes gets the next version, and the earlier ones stay: a task that was made with one still
 * shows its fields, and Modeler offers the update.
 */
@Component
public class Templates {

    public static final String ELEMENT_TEMPLATES = ".camunda/element-templates/muster-steps.json";
    public static final String STEPS_PAGE = "docs/steps.md";
    public static final String PICTURES = "docs/runbooks";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StepCatalogue steps;

    public Templates(StepCatalogue steps) {
        this.steps = steps;
    }

    /**
     * Writes the generated files below a directory, the root of the repository.
     *
     * @return the paths of those that changed
     */
    public List<Path> write(Path root) throws IOException {
        List<Path> changed = new ArrayList<>();
        for (Map.Entry<Path, String> file : generate(root).entrySet()) {
            if (!file.getValue().equals(current(file.getKey()))) {
                Files.createDirectories(file.getKey().getParent());
                Files.writeString(file.getKey(), file.getValue());
                changed.add(file.getKey());
            }
        }
        return changed;
    }

    /** The generated files that are not as they should be; empty when all are current. */
    public List<Path> outdated(Path root) throws IOException {
        List<Path> outdated = new ArrayList<>();
        for (Map.Entry<Path, String> file : generate(root).entrySet()) {
            if (!file.getValue().equals(current(file.getKey()))) {
                outdated.add(file.getKey());
            }
        }
        return outdated;
    }

    private Map<Path, String> generate(Path root) throws IOException {
        Path templates = root.resolve(ELEMENT_TEMPLATES);
        Map<Path, String> files = new TreeMap<>(Map.of(
                templates,
                elementTemplates(current(templates)),
                root.resolve(STEPS_PAGE),
                new StepsPage(steps).text()));
        files.putAll(pictures(root));
        return files;
    }

    /** A picture of each diagram, under its file's name. */
    private static Map<Path, String> pictures(Path root) throws IOException {
        Map<Path, String> pictures = new TreeMap<>();
        Path processes = root.resolve("processes");
        if (Files.isDirectory(processes)) {
            try (Stream<Path> files = Files.walk(processes)) {
                for (Path file :
                        files.filter(it -> it.toString().endsWith(".bpmn")).toList()) {
                    String name = RunbookFiles.baseName(file.toString());
                    pictures.put(
                            root.resolve(PICTURES).resolve(name + ".svg"),
                            DiagramPicture.svg(Files.readAllBytes(file)));
                }
            }
        }
        return pictures;
    }

    private static String current(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    }

    /** @param earlier the file as it is, from which the versions go on; blank where there is none */
    String elementTemplates(String earlier) {
        ArrayNode all = JSON.createArrayNode();
        for (StepDescriptor step : steps.all()) {
            List<JsonNode> versions = versions(earlier, step);
            int newest = versions.isEmpty()
                    ? 0
                    : versions.get(versions.size() - 1).path("version").asInt();
            versions.forEach(all::add);
            if (versions.isEmpty() || !ElementTemplate.of(step, newest).equals(versions.get(versions.size() - 1))) {
                all.add(ElementTemplate.of(step, newest + 1));
            }
        }
        return print(all);
    }

    /** Of one step, oldest first. */
    private static List<JsonNode> versions(String earlier, StepDescriptor step) {
        List<JsonNode> versions = new ArrayList<>();
        String id = ElementTemplate.of(step, 1).path("id").asText();
        if (!earlier.isBlank()) {
            try {
                JSON.readTree(earlier).forEach(template -> {
                    if (template instanceof ObjectNode
                            && template.path("id").asText().equals(id)) {
                        versions.add(template);
                    }
                });
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(
                        ELEMENT_TEMPLATES + " is not JSON: " + e.getOriginalMessage()
                                + ". Restore it from version control, or remove it to begin with version 1.",
                        e);
            }
        }
        versions.sort(
                Comparator.comparingInt(template -> template.path("version").asInt()));
        return versions;
    }

    private static String print(JsonNode tree) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        try {
            return JSON.writer(printer).writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of text and numbers is always JSON", e);
        }
    }
}
