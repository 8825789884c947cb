package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.muster.journal.AuditAnchors;
import io.muster.journal.AuditChain;
import io.muster.journal.AuditEvent;
import io.muster.journal.AuditSearch;
import io.muster.journal.AuditTrail;
import io.muster.journal.AuditVerification;
import io.muster.journal.JournalDatabase;
import io.muster.journal.SecretMasking;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Events and chains as the API shows them, masked. */
@Component
class AuditViews {

    private final AuditTrail trail;
    private final AuditVerification verification;
    private final AuditAnchors anchors;
    private final SecretMasking masking;
    private final ObjectMapper json;

    AuditViews(JournalDatabase database, AuditAnchors anchors, SecretMasking masking, ObjectMapper json) {
        this.trail = new AuditTrail(database);
        this.verification = new AuditVerification(database);
        this.anchors = anchors;
        this.masking = masking;
        this.json = json;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Event(
            @Schema(description = "Its audit chain: the outermost run's id, or environment/NAME") String chain,
            @Schema(description = "Its place in the chain, from 1") long seq,
            Instant at,
            String kind,
            @Schema(description = "The authenticated user, timer, engine, or the server that ran a step") String who,
            @Schema(description = "The run it is about") String run,
            String runbook,
            String environment,
            String service,
            @Schema(type = "object", description = "What was recorded") JsonNode body,
            String prevHash,
            String hash,
            @Schema(description = "With `verify=true`: whether its chain is whole") Boolean intact) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Chain(
            @Schema(description = "The outermost run's id, or environment/NAME") String id,
            long events,
            @Schema(description = "The hash of the last event") String head,
            @Schema(description = "Whether nothing was changed, removed, reordered or added") boolean intact,
            List<String> problems,
            @Schema(description = "Its end as last written outside the database; absent where it was not yet")
                    Anchor anchor) {}

    record Anchor(Instant at, long seq, String hash) {}

    AuditSearch.Page page(AuditSearch search, int limit, int offset) {
        return trail.events(search, limit, offset);
    }

    List<Event> events(List<AuditSearch.Found> found, boolean verify) {
        Map<String, Boolean> intact = new HashMap<>();
        Map<String, AuditAnchors.Anchor> anchored = verify ? anchors.newest() : Map.of();
        return found.stream()
                .map(it -> event(
                        it,
                        verify
                                ? intact.computeIfAbsent(it.event().rootRunId(), id -> chain(id, anchored)
                                        .intact())
                                : null))
                .toList();
    }

    private Event event(AuditSearch.Found found, Boolean intact) {
        AuditEvent event = found.event();
        Optional<AuditSearch.About> about = found.about();
        return new Event(
                event.rootRunId(),
                event.seq(),
                event.at(),
                event.kind(),
                masking.mask(event.actor()),
                about.map(AuditSearch.About::run).orElse(null),
                about.map(AuditSearch.About::runbook).orElse(null),
                about.flatMap(AuditSearch.About::environment).orElse(null),
                about.flatMap(AuditSearch.About::service).orElse(null),
                body(event.body()),
                event.prevHash(),
                event.hash(),
                intact);
    }

    /** One that is not JSON any more was changed; it is shown as the text that it is. */
    private JsonNode body(String body) {
        try {
            return json.readTree(masking.maskJson(body));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return TextNode.valueOf(masking.mask(body));
        }
    }

    /** First those of which nothing but an anchor is left, which no restore explains. */
    List<Chain> chains(int limit, int offset) {
        Map<String, AuditAnchors.Anchor> anchored = anchors.newest();
        List<String> lost = lost(anchored);
        List<String> page =
                new ArrayList<>(lost.stream().skip(offset).limit(limit).toList());
        if (page.size() < limit) {
            page.addAll(trail.chains(limit - page.size(), Math.max(0, offset - lost.size())));
        }
        return page.stream().map(id -> chain(id, anchored)).toList();
    }

    long chains() {
        return lost(anchors.newest()).size() + trail.chains();
    }

    /** The newest first. */
    private List<String> lost(Map<String, AuditAnchors.Anchor> anchored) {
        Set<String> unknown = trail.unknown(anchored.keySet());
        return anchored.values().stream()
                .filter(anchor -> !anchor.beforeRestore()
                        && unknown.contains(anchor.head().rootRunId()))
                .sorted(Comparator.comparing(AuditAnchors.Anchor::at).reversed())
                .map(anchor -> anchor.head().rootRunId())
                .toList();
    }

    /** Empty where nothing is known of it, in the database or in the anchors. */
    Optional<Chain> chain(String id) {
        Map<String, AuditAnchors.Anchor> anchored = anchors.newest();
        boolean known = anchored.containsKey(id) || verification.knows(id);
        return known ? Optional.of(chain(id, anchored)) : Optional.empty();
    }

    private Chain chain(String id, Map<String, AuditAnchors.Anchor> anchored) {
        AuditChain.Verification found = verification.verify(id);
        List<String> problems = new ArrayList<>(found.problems());
        Optional<AuditAnchors.Anchor> anchor = Optional.ofNullable(anchored.get(id));
        anchor.filter(it -> !it.beforeRestore() && !trail.has(it.head()))
                .ifPresent(it -> problems.add("Event " + it.head().seq() + " as it was anchored at " + it.at() + " in "
                        + anchors.file() + " is not in the database: events were removed, or the chain was rewritten"));
        return new Chain(
                id,
                found.events(),
                found.head().orElse(null),
                problems.isEmpty(),
                problems.stream().map(masking::mask).toList(),
                anchor.map(it -> new Anchor(it.at(), it.head().seq(), it.head().hash()))
                        .orElse(null));
    }
}
