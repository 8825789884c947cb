/**
 * Evidence: runs, step runs, their logs and effects, approvals, documents, and the hash-chained audit trail.
 *
 * <p>Entries of steps are written in transactions of their own through a pool of their own, so that no rollback of the
 * engine erases them; what belongs to the engine's transaction says so in its name or contract.
 */
package io.muster.journal;
