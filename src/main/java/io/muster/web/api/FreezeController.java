package io.muster.web.api;

import io.muster.engine.Roles;
import io.muster.inventory.Inventories;
import io.muster.inventory.Lookup;
import io.muster.safety.Freezes;
import io.muster.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/environments/{environment}/freeze")
@Tag(name = "Operations safety", description = "Locks of runs, and freezes of environments")
class FreezeController {

    private final Inventories inventories;
    private final Freezes freezes;

    FreezeController(Inventories inventories, Freezes freezes) {
        this.inventories = inventories;
        this.freezes = freezes;
    }

    @PutMapping
    @Operation(
            summary = "Freeze an environment",
            description =
                    "From now on no step that changes something starts there: it becomes a decision. What is at work"
                            + " goes on. For approvers and admins.")
    FreezeView freeze(
            @PathVariable String environment,
            @RequestBody(required = false) Reason body,
            @RequestParam Optional<String> reason,
            @Parameter(hidden = true) Caller caller) {
        allowed(environment, caller, "freeze");
        freezes.freeze(environment, caller.user(), Reason.required(body, reason));
        return FreezeView.of(freezes.all().get(environment));
    }

    @DeleteMapping
    @Operation(
            summary = "Lift the freeze of an environment",
            description = "Steps that it stopped are retried by who decides about them. For approvers and admins.")
    ResponseEntity<Void> thaw(
            @PathVariable String environment,
            @RequestBody(required = false) Reason body,
            @RequestParam Optional<String> reason,
            @Parameter(hidden = true) Caller caller) {
        allowed(environment, caller, "lift the freeze of");
        if (!freezes.thaw(environment, caller.user(), Reason.of(body, reason))) {
            throw new NotFound("Environment '" + environment + "' is not frozen.");
        }
        return ResponseEntity.noContent().build();
    }

    private void allowed(String environment, Caller caller, String what) {
        Forbidden.unlessIn(caller, what + " environment '" + environment + "'", Roles.APPROVERS, Roles.ADMINS);
        Lookup.environment(inventories.current(), environment);
    }
}
