package io.muster.runbook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.xml.sax.SAXParseException;

/**
 * A runbook with everything that it takes from its deployment.
 *
 * @param runbook the process id
 * @param resources by path, the diagram, its decision tables and its forms
 */
record Deployable(String runbook, SortedMap<String, byte[]> resources) {

    /** One for each diagram, in the order of their paths. The files have been linted. */
    static List<Deployable> of(RunbookFiles files) {
        Library library = Library.of(files);
        List<Deployable> found = new ArrayList<>();
        for (String path : files.ending(".bpmn")) {
            XmlNode process = read(files, path).child("process").orElseThrow();
            SortedMap<String, byte[]> resources = new TreeMap<>();
            resources.put(path, files.contents().get(path));
            process.tree().forEach(node -> {
                defining(library.decisions(), node.attribute("camunda:decisionRef"), files, resources);
                defining(library.forms(), node.attribute("camunda:formRef"), files, resources);
                named(node.attribute("camunda:formKey"), files, resources);
            });
            found.add(new Deployable(process.id(), resources));
        }
        return found;
    }

    private static XmlNode read(RunbookFiles files, String path) {
        try {
            return XmlReader.read(files.contents().get(path));
        } catch (SAXParseException e) {
            throw new IllegalStateException(path + " was linted before and cannot be read now", e);
        }
    }

    private static void defining(
            Map<String, List<String>> definitions, String id, RunbookFiles files, Map<String, byte[]> resources) {
        definitions
                .getOrDefault(id, List.of())
                .forEach(path -> resources.put(path, files.contents().get(path)));
    }

    private static void named(String formKey, RunbookFiles files, Map<String, byte[]> resources) {
        String path = formKey.substring(formKey.lastIndexOf(':') + 1);
        files.content(path).ifPresent(content -> resources.put(path, content));
    }
}
