package io.muster.journal;

import java.util.List;
import java.util.Optional;

/** Checks all audit chains of a database, and against what was anchored outside it. */
public final class AuditVerification {

    private static final String ROOTS =
            """
            select root_run_id from audit_head union select root_run_id from audit_event union select root_id from run
            order by 1
            """;

    private final JournalDatabase database;

    public AuditVerification(JournalDatabase database) {
        this.database = database;
    }

    /** Of root runs that the journal knows in any way, also of those whose chain is gone. */
    public List<String> chains() {
        return database.query(ROOTS, (row, n) -> row.getString(1));
    }

    /** Whether there is, or must be, such a chain. */
    public boolean knows(String rootRunId) {
        return database.first(
                        """
                        select 1 where exists (select from audit_head where root_run_id = ?)
                            or exists (select from audit_event where root_run_id = ?)
                            or exists (select from run where root_id = ?)
                        """,
                        (row, n) -> true,
                        rootRunId,
                        rootRunId,
                        rootRunId)
                .isPresent();
    }

    public AuditChain.Verification verify(String rootRunId) {
        AuditChain.Verification found = new AuditChain(database).verify(rootRunId);
        return found.events() > 0 || !found.problems().isEmpty()
                ? found
                : new AuditChain.Verification(rootRunId, 0, Optional.empty(), List.of("The whole chain is missing"));
    }
}
