package io.muster.web.api;

import io.muster.journal.JournalReader.Document;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.util.UriUtils;

/** Where each document of a run is found: several steps, or attempts of one, may write one of the same name. */
final class RunDocuments {

    private RunDocuments() {}

    static String address(String run, Document document) {
        return "/api/runs/" + run + "/documents/" + UriUtils.encodePathSegment(document.name(), "UTF-8") + "?step="
                + document.stepRunId();
    }

    /** @param step the attempt that wrote it; empty: the newest of that name */
    static Optional<Document> find(List<Document> documents, String name, Optional<UUID> step) {
        return documents.stream()
                .filter(it -> it.name().equals(name))
                .filter(it -> step.isEmpty() || step.get().equals(it.stepRunId()))
                .reduce((first, second) -> second);
    }
}
