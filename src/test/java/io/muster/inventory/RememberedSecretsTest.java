package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.storage.TestDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class RememberedSecretsTest {

    private final TestDatabase database = TestDatabase.create();
    private final Map<String, String> values = new HashMap<>(
            Map.of("MUSTER_SECRET_TOKEN", "token-of-before", "MUSTER_SECRET_OTHER", "never-used-anywhere"));

    /** A server: what it has resolved is forgotten with it. */
    private Secrets server() {
        return new RememberedSecrets(
                new EnvironmentAndFileSecrets(values::get, Optional.empty()), database::dataSource);
    }

    @Test
    void theNextServerKnowsWhatStepsOfBeforeHaveUsedAndNothingElse() {
        assertThat(server().resolve(new SecretRef("token"))).isEqualTo("token-of-before");
        Secrets next = server();
        assertThat(next.known()).isEmpty();
        next.recall();
        assertThat(next.known()).contains("token-of-before").doesNotContain("never-used-anywhere");
    }

    @Test
    void namesAreKeptOnceAndValuesNever() {
        for (Secrets server : List.of(server(), server())) {
            server.resolve(new SecretRef("token"));
            server.resolve(new SecretRef("token"));
        }
        assertThat(new JdbcTemplate(database.dataSource()).queryForList("select name from secret_name", String.class))
                .containsExactly("token");
    }

    @Test
    void whatIsNotDefinedAnyMoreHindersNobody() {
        server().resolve(new SecretRef("token"));
        server().resolve(new SecretRef("other"));
        values.remove("MUSTER_SECRET_TOKEN");
        Secrets next = server();
        next.recall();
        assertThat(next.known()).contains("never-used-anywhere");
        assertThatThrownBy(() -> next.resolve(new SecretRef("token"))).isInstanceOf(Secrets.SecretMissing.class);
    }
}
