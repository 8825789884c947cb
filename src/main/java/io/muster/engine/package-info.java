/**
 * Every use of the process engine: its configuration, the one delegate that all steps run through, runs in the journal,
 * four eyes on approvals, job leases, incidents, accounts and authorizations.
 */
package io.muster.engine;
