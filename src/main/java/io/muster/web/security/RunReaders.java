package io.muster.web.security;

import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.core.Authentication;

/** What runs did and left is for those to whom the engine shows its own history of all runs. */
final class RunReaders {

    private final ProcessEngine engine;

    RunReaders(ProcessEngine engine) {
        this.engine = engine;
    }

    AuthorizationDecision judge(Authentication authentication) {
        return new AuthorizationDecision(authentication instanceof Caller caller && mayRead(caller));
    }

    private boolean mayRead(Caller caller) {
        return !engine.getProcessEngineConfiguration().isAuthorizationEnabled()
                || engine.getAuthorizationService()
                        .isUserAuthorized(
                                caller.user(),
                                caller.groups(),
                                Permissions.READ_HISTORY,
                                Resources.PROCESS_DEFINITION,
                                "*");
    }
}
