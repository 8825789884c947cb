package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may freeze, lift, break and see, over HTTP. */
class SafetyApiIT extends JourneyTest {

    private static final String FREEZE = "/api/environments/sandbox/freeze";
    private static final Map<String, String> REASON = Map.of("reason", "audit until Friday");

    @AfterEach
    void nothingStaysFrozen() {
        api.delete("admin", FREEZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"operator", "auditor", "author"})
    void whoDoesNotApproveNeitherFreezesNorLifts(String user) {
        assertThat(api.put(user, FREEZE, REASON).status()).isEqualTo(403);
        assertThat(frozen().isObject()).isFalse();
        assertThat(api.put("approver", FREEZE, REASON).status()).isBetween(200, 204);
        assertThat(api.delete(user, FREEZE).status()).isEqualTo(403);
        assertThat(frozen().path("by").asText()).isEqualTo("approver");
    }

    @ParameterizedTest
    @ValueSource(strings = {"approver", "admin"})
    void approversAndAdministratorsFreezeAndLiftAndEverybodySeesIt(String user) {
        assertThat(api.put(user, FREEZE, REASON).status()).isBetween(200, 204);
        assertThat(frozen().path("by").asText()).isEqualTo(user);
        for (String anybody : List.of("operator", "auditor", "author", "approver")) {
            assertThat(api.get(anybody, "/api/environments").body()).contains("audit until Friday");
        }
        assertThat(api.delete(user, FREEZE).status()).isBetween(200, 204);
        assertThat(frozen().isObject()).isFalse();
    }

    @Test
    void whoIsNotLoggedInSeesAndDoesNothing() {
        assertThat(api.getAsNobody("/api/environments").status()).isEqualTo(401);
        assertThat(api.getAsNobody("/api/locks").status()).isEqualTo(401);
        assertThat(api.put("nobody-known", FREEZE, REASON).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"operator", "approver", "auditor", "author"})
    void onlyAdministratorsBreakLocks(String user) {
        assertThat(api.get(user, "/api/locks").status()).isEqualTo(200);
        assertThat(api.delete(user, "/api/locks/service:sandbox/notes?run=none&reason=because")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anAdministratorIsToldThatNobodyHoldsTheLockAndWhatIsMissing() {
        String lock = "/api/locks/service:sandbox/notes?run=none";
        assertThat(api.delete("admin", lock + "&reason=because").status()).isEqualTo(404);
        assertThat(api.delete("admin", lock).status()).isEqualTo(400);
        assertThat(api.delete("admin", FREEZE).status()).isEqualTo(404);
        assertThat(api.put("admin", FREEZE, Map.of("reason", " ")).status()).isEqualTo(400);
        assertThat(frozen().isObject()).isFalse();
    }

    private JsonNode frozen() {
        return api.get("auditor", "/api/environments").json().get(0).path("freeze");
    }
}
