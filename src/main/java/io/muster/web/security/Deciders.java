package io.muster.web.security;

import io.muster.journal.DecisionJournal;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.core.Authentication;

/** A failed step is also shown to whom a diagram asks about it, who may see no other run. */
final class Deciders {

    private final RunReaders readers;
    private final DecisionJournal decisions;

    Deciders(RunReaders readers, DecisionJournal decisions) {
        this.readers = readers;
        this.decisions = decisions;
    }

    AuthorizationDecision judge(Authentication authentication, String task) {
        AuthorizationDecision reader = readers.judge(authentication);
        return reader.isGranted() ? reader : new AuthorizationDecision(asked(authentication, task));
    }

    private boolean asked(Authentication authentication, String task) {
        return authentication instanceof Caller caller
                && decisions
                        .find(task)
                        .filter(decision -> caller.groups().contains(decision.owners()))
                        .isPresent();
    }
}
