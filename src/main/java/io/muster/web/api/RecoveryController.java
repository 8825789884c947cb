package io.muster.web.api;

import io.muster.engine.Recovery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/recovery")
@Tag(name = "Recovery", description = "After Muster's own database was restored from a backup")
class RecoveryController {

    private final Recovery recovery;
    private final RecoveryViews views;

    RecoveryController(Recovery recovery, RecoveryViews views) {
        this.recovery = recovery;
        this.views = views;
    }

    @GetMapping
    @Operation(summary = "Whether Muster is in recovery mode, and the unfinished runs that wait for a decision")
    RecoveryViews.RecoveryView state() {
        return views.of(recovery.state());
    }

    @PostMapping("/runs/{id}/resume")
    @Operation(
            summary = "Lets a run go on where the backup has it",
            description =
                    "For operators and administrators. Steps that ran after the backup run again, as after a crash.")
    RecoveryViews.DecisionView resume(@PathVariable String id, @RequestBody Reason reason, Principal user) {
        return decide(id, Recovery.Kind.RESUMED, reason, user);
    }

    @PostMapping("/runs/{id}/abort")
    @Operation(
            summary = "Ends a run as cancelled",
            description = "For operators and administrators. Nothing is undone on its targets.")
    RecoveryViews.DecisionView abort(@PathVariable String id, @RequestBody Reason reason, Principal user) {
        return decide(id, Recovery.Kind.ABORTED, reason, user);
    }

    private RecoveryViews.DecisionView decide(String id, Recovery.Kind kind, Reason reason, Principal user) {
        if (reason.reason() == null || reason.reason().isBlank()) {
            throw new InvalidRequest("`reason` is missing: say how you know that this is right for run " + id
                    + "; it is kept as evidence. The body is {\"reason\": \"…\"}.");
        }
        return views.of(recovery.decide(id, kind, user.getName(), reason.reason()));
    }

    /** @param reason why this is right: what was looked at on the targets */
    record Reason(String reason) {}
}
