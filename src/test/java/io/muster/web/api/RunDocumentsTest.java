package io.muster.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.JournalReader.Document;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunDocumentsTest {

    private static Document document(String name, String content) {
        return new Document(UUID.randomUUID(), name, "text/markdown", content, Instant.EPOCH);
    }

    @Test
    void eachAddressLeadsToItsOwnText() {
        List<Document> written =
                List.of(document("a b.md", "first"), document("a b.md", "second"), document("other.md", "other"));

        assertThat(written)
                .allSatisfy(it -> assertThat(RunDocuments.find(written, it.name(), Optional.of(it.stepRunId())))
                        .contains(it));
        assertThat(written.stream().map(it -> RunDocuments.address("r1", it)))
                .doesNotHaveDuplicates()
                .first()
                .isEqualTo(
                        "/api/runs/r1/documents/a%20b.md?step=" + written.get(0).stepRunId());
        assertThat(RunDocuments.find(written, "a b.md", Optional.empty())).contains(written.get(1));
        assertThat(RunDocuments.find(
                        written, "other.md", Optional.of(written.get(0).stepRunId())))
                .isEmpty();
    }
}
