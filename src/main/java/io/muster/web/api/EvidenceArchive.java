package io.muster.web.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.engine.DiagramSteps;
import io.muster.engine.RunPaths;
import io.muster.journal.AuditEvent;
import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.SecretMasking;
import io.muster.journal.StepRun;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/**
 * Everything that is known of an outermost run and of what it called, as one zip. Texts that the audit chain has hashes of
 * are files of their own, byte for byte as they were hashed. Of logs and events only a page is held at a time.
 */
@Component
class EvidenceArchive {

    static final int FORMAT = 1;
    private static final int PAGE = 500;

    private final RunViews views;
    private final RunPaths paths;
    private final DiagramSteps diagrams;
    private final SecretMasking masking;
    private final ObjectMapper json;

    EvidenceArchive(RunViews views, RunPaths paths, DiagramSteps diagrams, SecretMasking masking, ObjectMapper json) {
        this.views = views;
        this.paths = paths;
        this.diagrams = diagrams;
        this.masking = masking;
        this.json = json;
    }

    /** @param journal as it is at one moment */
    void write(RunRow root, String by, Instant now, JournalReader journal, OutputStream output) {
        try (EvidenceZip zip = new EvidenceZip(output, masking)) {
            new Writer(root, journal, zip).write(by, now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Writer {
        private final RunRow root;
        private final JournalReader journal;
        private final EvidenceZip zip;
        private final RunViews views;
        private final List<RunRow> family;
        private final List<String> gone = new ArrayList<>();

        Writer(RunRow root, JournalReader journal, EvidenceZip zip) {
            this.root = root;
            this.journal = journal;
            this.zip = zip;
            this.views = EvidenceArchive.this.views.reading(journal);
            this.family = views.family(root);
        }

        void write(String by, Instant now) throws IOException {
            zip.text("README.md", readme());
            json("run.json", views.whole(root));
            for (RunRow member : family) {
                run(member);
            }
            json("approvals.json", each(row -> journal.approvals(id(row)).stream()));
            json("answers.json", each(row -> journal.answers(id(row)).stream()));
            definitions();
            Optional<String> inventory = journal.inventory(id(root));
            if (inventory.isPresent()) {
                zip.json("inventory.json", inventory.get());
            }
            zip.stream("audit.jsonl", this::events);
            manifest(by, now);
        }

        private void run(RunRow row) throws IOException {
            if (row != root) {
                json("called/" + id(row) + ".json", views.whole(row));
            }
            json("paths/" + id(row) + ".json", paths.of(id(row)));
            for (StepRun step : journal.steps(id(row))) {
                step(step);
            }
            for (JournalReader.Document document : journal.documents(id(row))) {
                zip.text(
                        "documents/" + document.stepRunId() + "/" + EvidenceZip.path(document.name()),
                        document.content());
            }
        }

        private void step(StepRun step) throws IOException {
            String folder = "steps/" + step.id() + "/";
            zip.json(folder + "input.json", step.input());
            if (step.output().isPresent()) {
                zip.json(folder + "output.json", step.output().get());
            }
            List<JournalReader.Effect> effects = journal.effects(step.id());
            if (!effects.isEmpty()) {
                json(folder + "effects.json", effects);
            }
            boolean[] masked = {false};
            zip.stream(folder + "log.txt", output -> new LogStream(journal, text -> {
                        String shown = masking.mask(text);
                        masked[0] |= !shown.equals(text);
                        return shown;
                    })
                    .write(step.id(), false, Optional.empty(), output));
            zip.note(folder + "log.txt", masked[0]);
        }

        /** Each version once: the diagram, and the tables and forms that were deployed with it. */
        private void definitions() throws IOException {
            Set<String> done = new LinkedHashSet<>();
            for (RunRow row : family) {
                if (!done.add(row.run().definitionId())) {
                    continue;
                }
                String name = row.run().runbook() + "-" + row.run().version();
                Map<String, byte[]> files = diagrams.files(row.run().definitionId());
                if (files.isEmpty()) {
                    gone.add("The diagram of " + row.run().runbook() + ", version "
                            + row.run().version() + ", was deleted from the engine.");
                }
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    zip.file(
                            "definitions/" + EvidenceZip.path(name) + "/" + EvidenceZip.path(file.getKey()),
                            file.getValue());
                }
            }
        }

        private void events(OutputStream output) throws IOException {
            long seq = 0;
            List<AuditEvent> page;
            do {
                page = journal.events(id(root), seq, PAGE);
                for (AuditEvent event : page) {
                    output.write((text(line(event)) + "\n").getBytes(StandardCharsets.UTF_8));
                    seq = event.seq();
                }
            } while (page.size() == PAGE);
        }

        private Map<String, Object> line(AuditEvent event) {
            String body = masking.mask(event.body());
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("rootRunId", event.rootRunId());
            line.put("seq", event.seq());
            line.put("at", event.at().toString());
            line.put("micros", ChronoUnit.MICROS.between(Instant.EPOCH, event.at()));
            line.put("kind", event.kind());
            line.put("actor", masking.mask(event.actor()));
            line.put("body", body);
            line.put("prevHash", event.prevHash());
            line.put("hash", event.hash());
            if (!body.equals(event.body()) || !line.get("actor").equals(event.actor())) {
                zip.note("audit.jsonl, event " + event.seq(), true);
            }
            return line;
        }

        private void manifest(String by, Instant now) throws IOException {
            Map<String, Object> manifest = new LinkedHashMap<>();
            manifest.put("format", FORMAT);
            manifest.put("run", id(root));
            manifest.put("runbook", root.run().runbook());
            manifest.put("ended", root.endedAt().isPresent());
            manifest.put("exportedBy", by);
            manifest.put("exportedAt", now.toString());
            manifest.put("maskedAtExport", zip.masked());
            manifest.put("gone", gone);
            json("manifest.json", manifest);
        }

        private <T> List<T> each(Function<RunRow, Stream<T>> part) {
            return family.stream().flatMap(part).toList();
        }

        private void json(String path, Object value) throws IOException {
            zip.json(path, text(value));
        }
    }

    private static String id(RunRow row) {
        return row.run().id();
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String readme() throws IOException {
        return new ClassPathResource("io/muster/web/api/evidence.md").getContentAsString(StandardCharsets.UTF_8);
    }
}
