package io.muster.web.api;

import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.RunRow;
import io.muster.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Runs")
class EvidenceController {

    private static final String ZIP = "application/zip";

    private final JournalReader journal;
    private final EvidenceExport exports;

    EvidenceController(JournalReader journal, EvidenceExport exports) {
        this.journal = journal;
        this.exports = exports;
    }

    @GetMapping(value = "/api/runs/{id}/evidence", produces = ZIP)
    @Operation(
            summary = "Everything known of a run, as one zip that can be verified without Muster",
            description =
                    "The run and those that it called as the API gives them, inputs, outputs, effects and logs of the"
                            + " steps, documents, approvals, decisions, answers, the way through the diagrams, the diagrams,"
                            + " tables and forms in the version used, the inventory it pinned, and its audit chain. Of a"
                            + " called run it is that of the outermost one, which has the chain. The audit chain records who"
                            + " was given it, with its SHA-256, which the header `X-Content-SHA256` has too.")
    ResponseEntity<InputStreamResource> evidence(
            @PathVariable String id,
            @Parameter(hidden = true) HttpMethod method,
            @Parameter(hidden = true) Caller caller) {
        RunRow asked = row(id);
        RunRow root = row(asked.run().rootId());
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok().contentType(MediaType.parseMediaType(ZIP));
        if (method.equals(HttpMethod.HEAD)) {
            // Nothing is given, so nothing is recorded.
            return answer.build();
        }
        EvidenceExport.Exported exported = exports.of(root.run().id(), caller.user());
        return answer.contentLength(exported.bytes())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename("evidence-" + root.run().runbook() + "-"
                                        + root.run().id() + ".zip")
                                .build()
                                .toString())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Content-SHA256", exported.sha256())
                .body(new InputStreamResource(exported.content()));
    }

    private RunRow row(String id) {
        return journal.run(id)
                .orElseThrow(() -> new NotFound("There is no run '" + id + "'; GET /api/runs lists them."));
    }
}
