package io.muster.web.api;

import io.muster.engine.Roles;
import io.muster.journal.AuditSearch;
import io.muster.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/audit")
@Tag(name = "Audit", description = "Who did what, in all runs; for members of auditors and admins")
class AuditController {

    /** Of a chain's name in the database. */
    private static final int LONGEST = 64;

    private final AuditViews views;

    AuditController(AuditViews views) {
        this.views = views;
    }

    @GetMapping
    @Operation(
            summary = "Events of all audit chains, the newest first",
            description = "The header `X-Total-Count` says how many there are on all pages.")
    ResponseEntity<List<AuditViews.Event>> events(
            @ParameterObject AuditQuery query, @Parameter(hidden = true) Caller caller) {
        allowed(caller);
        AuditSearch search = query.search();
        AuditSearch.Page page = views.page(search, query.limit(), query.offset());
        return ResponseEntity.ok()
                .header("X-Total-Count", String.valueOf(page.total()))
                .body(views.events(page.events(), Boolean.TRUE.equals(query.verify())));
    }

    @GetMapping("/chains")
    @Operation(
            summary =
                    "The audit chains, each verified now: first those of which only an anchor is left, then those of the newest runs",
            description =
                    "Each against itself, the rows it speaks of, and its end as anchored outside the database. The header"
                            + " `X-Total-Count` says how many there are on all pages.")
    ResponseEntity<List<AuditViews.Chain>> chains(
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(defaultValue = "0") int offset,
            @Parameter(hidden = true) Caller caller) {
        allowed(caller);
        AuditQuery.page(limit, offset).ifPresent(problem -> {
            throw new InvalidRequest(problem);
        });
        return ResponseEntity.ok()
                .header("X-Total-Count", String.valueOf(views.chains()))
                .body(views.chains(limit, offset));
    }

    @GetMapping("/chains/{id}")
    @Operation(summary = "The audit chain of an outermost run, verified now")
    AuditViews.Chain chain(@PathVariable String id, @Parameter(hidden = true) Caller caller) {
        return verified(id, caller);
    }

    @GetMapping("/chains/environment/{name}")
    @Operation(summary = "The audit chain of an environment's freezes, verified now")
    AuditViews.Chain environment(@PathVariable String name, @Parameter(hidden = true) Caller caller) {
        String id = "environment/" + name;
        return verified(id.substring(0, Math.min(id.length(), LONGEST)), caller);
    }

    private AuditViews.Chain verified(String id, Caller caller) {
        allowed(caller);
        return views.chain(id)
                .orElseThrow(
                        () -> new NotFound(
                                "There is no audit chain '" + id
                                        + "': a called run's events are in that of its outermost run. GET /api/audit/chains lists them."));
    }

    private static void allowed(Caller caller) {
        Forbidden.unlessIn(caller, "read the audit trail", Roles.AUDITORS, Roles.ADMINS);
    }
}
