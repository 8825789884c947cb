package io.muster.runbook;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A form file: JSON that the form viewer can show, with an id that a diagram can name. */
final class FormFileCheck {

    private static final ObjectMapper JSON = new ObjectMapper();

    void check(String path, byte[] content, Findings findings) {
        try {
            JsonNode form = JSON.readTree(content);
            String id = form.path("id").asText("");
            if (!id.equals(RunbookFiles.baseName(path))) {
                findings.add(
                        Rule.FORM,
                        1,
                        "The form's id is '" + id + "', not the file's name.",
                        "Set its id to '" + RunbookFiles.baseName(path) + "'.");
            }
            if (!form.path("components").isArray()) {
                findings.add(
                        Rule.FORM,
                        1,
                        "The form has no components.",
                        "Draw it with the form editor of Camunda Modeler.");
            }
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            findings.add(
                    Rule.FORM,
                    place == null ? 0 : place.getLineNr(),
                    "The form is not JSON: " + e.getOriginalMessage() + ".",
                    Schemas.FIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
