package io.muster.runbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.xml.sax.SAXParseException;

/**
 * What the files of a folder define for one another: ids of processes, decisions and forms, each with the files that
 * define it. Read leniently: what cannot be read defines nothing here, and is reported where it is checked.
 */
record Library(
        RunbookFiles files,
        Map<String, List<String>> processes,
        Map<String, List<String>> decisions,
        Map<String, List<String>> forms) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Library of(RunbookFiles files) {
        Map<String, List<String>> forms = new TreeMap<>();
        for (String path : files.ending(".form")) {
            String id = formId(files.contents().get(path));
            if (!id.isEmpty()) {
                forms.computeIfAbsent(id, key -> new ArrayList<>()).add(path);
            }
        }
        return new Library(files, ids(files, ".bpmn", "process"), ids(files, ".dmn", "decision"), forms);
    }

    private static Map<String, List<String>> ids(RunbookFiles files, String ending, String element) {
        Map<String, List<String>> found = new TreeMap<>();
        for (String path : files.ending(ending)) {
            try {
                XmlReader.read(files.contents().get(path)).children(element).forEach(node -> found.computeIfAbsent(
                                node.id(), key -> new ArrayList<>())
                        .add(path));
            } catch (SAXParseException e) {
                // Reported as well-formed by the file's own check.
                continue;
            }
        }
        found.remove("");
        return found;
    }

    private static String formId(byte[] content) {
        try {
            JsonNode form = JSON.readTree(content);
            return form == null ? "" : form.path("id").asText("");
        } catch (JsonProcessingException e) {
            return "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
