package io.muster.remote.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {

    @Test
    void aBearerChallengeGivesRealmServiceAndScope() {
        assertThat(Challenge.parse(List.of("Bearer realm=\"https://auth.test/token\",service=\"r.test\","
                        + "scope=\"repository:a/b:pull,push\", error=insufficient_scope")))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "realm",
                                "https://auth.test/token",
                                "service",
                                "r.test",
                                "scope",
                                "repository:a/b:pull,push",
                                "error",
                                "insufficient_scope")));
    }

    @Test
    void severalChallengesAreToldApartInOneHeaderAndInSeveral() {
        assertThat(Challenge.parse(List.of("Negotiate, Basic realm=\"a \\\"b\\\"\"", "Bearer realm=x")))
                .extracting(Challenge::scheme)
                .containsExactly("negotiate", "basic", "bearer");
        assertThat(Challenge.parse(List.of("Basic realm=\"a \\\"b\\\"\""))
                        .get(0)
                        .parameter("realm"))
                .contains("a \"b\"");
    }

    @Test
    void nonsenseIsNoChallenge() {
        assertThat(Challenge.parse(List.of("", "???"))).isEmpty();
    }
}
