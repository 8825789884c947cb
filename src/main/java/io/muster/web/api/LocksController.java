package io.muster.web.api;

import io.muster.engine.Roles;
import io.muster.safety.LockBoard;
import io.muster.safety.LockTarget;
import io.muster.safety.RunLocks;
import io.muster.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/locks")
@Tag(name = "Operations safety", description = "Locks of runs, and freezes of environments")
class LocksController {

    private final LockBoard board;
    private final RunLocks locks;

    LocksController(LockBoard board, RunLocks locks) {
        this.board = board;
        this.locks = locks;
    }

    @GetMapping
    @Operation(summary = "What runs hold locked, with who waits for it")
    List<LockView> locks() {
        return board.held().stream().map(LockView::of).toList();
    }

    @DeleteMapping("/{target}/{name}")
    @Operation(
            summary = "Break the lock of a run that cannot be at work",
            description =
                    "Only where the run has ended, or is suspended with all that it called and has no open step. Its"
                            + " changing steps are refused from then on. For admins. The path is the target, as in"
                            + " /api/locks/service:production/notes.")
    ResponseEntity<Void> breakLock(
            @PathVariable String target,
            @PathVariable String name,
            @RequestParam String run,
            @RequestBody(required = false) Reason body,
            @RequestParam Optional<String> reason,
            @Parameter(hidden = true) Caller caller) {
        Forbidden.unlessIn(caller, "break locks", Roles.ADMINS);
        LockTarget lock = target(target + "/" + name);
        String why = Reason.required(body, reason);
        RunLocks.Broken broken = locks.breakLock(lock, run, caller.user(), why);
        switch (broken) {
            case BROKEN -> {
                return ResponseEntity.noContent().build();
            }
            case NOT_HELD -> throw new NotFound(
                    "Run " + run + " holds no lock on " + lock + ". GET /api/locks says who does.");
            case WAITS -> throw new Conflict(
                    "Run " + run + " waits for " + lock + " and does not hold it. To end its waiting, cancel it.");
            case ACTIVE -> throw new Conflict("Run " + run + " holds " + lock
                    + " and may go to work on it at any moment. Suspend it and every run that it called, or cancel it,"
                    + " which frees the lock.");
            default -> throw new Conflict("Run " + run + " is suspended, but a step of it has begun on " + lock
                    + " and has no end in the journal. Let it end (activate the run, and settle the step), or cancel the"
                    + " run, which stops the step and frees the lock.");
        }
    }

    private static LockTarget target(String text) {
        try {
            return LockTarget.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest(e.getMessage() + ".");
        }
    }
}
