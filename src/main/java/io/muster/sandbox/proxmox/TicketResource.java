package io.muster.sandbox.proxmox;

import java.util.LinkedHashMap;
import java.util.Map;

/** Logins by password. */
final class TicketResource implements Resource {

    private final Sessions sessions;
    private final Faults faults;

    TicketResource(Sessions sessions, Faults faults) {
        this.sessions = sessions;
        this.faults = faults;
    }

    @Override
    public void enter(Router router) {
        Parameters parameters = Parameters.none()
                .required("username", ParameterType.text(64))
                .required("password", ParameterType.text())
                .optional("realm", ParameterType.text())
                .optional("new-format", ParameterType.flag())
                .optional("otp", ParameterType.text())
                .optional("path", ParameterType.text())
                .optional("privs", ParameterType.text())
                .optional("tfa-challenge", ParameterType.text());
        router.addOpen("POST", "/access/ticket", parameters, this::login);
    }

    private Object login(ApiRequest request) {
        Sessions.Session session = sessions.open(
                        request.parameter("username").orElseThrow(),
                        request.parameter("password").orElseThrow())
                .orElseThrow(ApiError::wrongPassword);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("username", session.account().user());
        if (faults.secondFactorWanted()) {
            data.put("NeedTFA", 1);
            data.put(
                    "ticket",
                    "PVE:!tfa!%7B%22totp%22%3Atrue%7D:" + session.ticket().substring("PVE:".length()));
        } else {
            data.put("ticket", session.ticket());
            data.put("CSRFPreventionToken", session.csrf());
        }
        return data;
    }
}
