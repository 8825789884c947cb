package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets stay references, and no message shows one. */
class InventorySecretRulesTest {

    @TempDir
    Path directory;

    @Test
    void aLiteralPasswordIsRefusedAndNotShown() {
        assertThat(base().with("password: secret:registry", "password: hunter2").violations())
                .containsExactly("inventory.yaml:6:56: environments.prod.registries['registry.test:5000'].password: a "
                        + "secret must not stand here; give a reference such as secret:NAME and put the value "
                        + "into the environment variable MUSTER_SECRET_NAME or the file NAME in "
                        + "MUSTER_SECRETS_DIR (the value is not shown here).");
    }

    @Test
    void aPasswordThatIsANumberIsNotShown() {
        assertThat(base().with("password: secret:registry", "password: 8341").violations())
                .containsExactly("inventory.yaml:6:56: environments.prod.registries['registry.test:5000'].password: a "
                        + "secret must not stand here; give a reference such as secret:NAME and put the value "
                        + "into the environment variable MUSTER_SECRET_NAME or the file NAME in "
                        + "MUSTER_SECRETS_DIR (the value is not shown here).");
    }

    @Test
    void aPasswordInAMappingIsNotShown() {
        assertThat(base().with("password: secret:registry", "password: {hunter2: hunter2}")
                        .violations())
                .containsExactly("inventory.yaml:6:56: environments.prod.registries['registry.test:5000'].password: a "
                        + "secret must not stand here; give a reference such as secret:NAME and put the value "
                        + "into the environment variable MUSTER_SECRET_NAME or the file NAME in "
                        + "MUSTER_SECRETS_DIR (the value is not shown here).");
    }

    @Test
    void aSecretsNameThatClimbsIsRefused() {
        assertThat(base().with("password: secret:registry", "password: secret:../../etc/shadow")
                        .violations())
                .containsExactly("inventory.yaml:6:56: environments.prod.registries['registry.test:5000'].password: a "
                        + "secret must not stand here; give a reference such as secret:NAME and put the value "
                        + "into the environment variable MUSTER_SECRET_NAME or the file NAME in "
                        + "MUSTER_SECRETS_DIR (the value is not shown here).");
    }

    @Test
    void aSecretThatIsNowhereSaysWhereItWasLookedFor() {
        assertThat(base().with("password: secret:registry", "password: secret:missing")
                        .violations())
                .containsExactly("inventory.yaml:6:56: environments.prod.registries['registry.test:5000'].password: "
                        + "Secret 'missing' is not defined; looked for environment variable "
                        + "MUSTER_SECRET_MISSING (and no directory of secret files is set, MUSTER_SECRETS_DIR).");
    }

    @Test
    void aLiteralInSecretEnvIsNotShown() {
        assertThat(base().with("{NOTES_TOKEN: secret:notes}", "{NOTES_TOKEN: hunter2}")
                        .violations())
                .containsExactly("inventory.yaml:46:35: environments.prod.services.notes.secret-env.NOTES_TOKEN: a "
                        + "secret must not stand here; give a reference such as secret:NAME and put the value "
                        + "into the environment variable MUSTER_SECRET_NAME or the file NAME in "
                        + "MUSTER_SECRETS_DIR (the value is not shown here).");
    }

    @Test
    void aVariableThatLooksLikeASecretBelongsIntoSecretEnv() {
        assertThat(base().with("{TITLE: Notes}", "{ADMIN_PASSWORD: hunter2}").violations())
                .containsExactly("inventory.yaml:45:31: environments.prod.services.notes.env.ADMIN_PASSWORD: looks "
                        + "like a secret in the clear (not shown here); move it to secret-env: {ADMIN_PASSWORD: "
                        + "secret:NAME}.");
    }

    @Test
    void aVariableWithAPasswordInItsUrlBelongsIntoSecretEnv() {
        assertThat(base().with("{TITLE: Notes}", "{DATABASE: \"postgres://app:hunter2@db/app\"}")
                        .violations())
                .containsExactly("inventory.yaml:45:25: environments.prod.services.notes.env.DATABASE: holds a "
                        + "password or private key in the clear (not shown here); move it to secret-env: "
                        + "{DATABASE: secret:NAME}.");
    }

    @Test
    void aVariableWithAPrivateKeyBelongsIntoSecretEnv() {
        assertThat(base().with("{TITLE: Notes}", "{PEM: \"-----BEGIN PRIVATE KEY-----\\nhunter2\"}")
                        .violations())
                .containsExactly("inventory.yaml:45:20: environments.prod.services.notes.env.PEM: holds a password or "
                        + "private key in the clear (not shown here); move it to secret-env: {PEM: "
                        + "secret:NAME}.");
    }

    @Test
    void aReferenceInEnvBelongsIntoSecretEnv() {
        assertThat(base().with("{TITLE: Notes}", "{TITLE: secret:title}").violations())
                .containsExactly("inventory.yaml:45:22: environments.prod.services.notes.env.TITLE: a secret is not "
                        + "resolved in env; move it to secret-env.");
    }

    @Test
    void aNumberInEnvIsNotShown() {
        assertThat(base().with("{TITLE: Notes}", "{PIN: 8341}").violations())
                .containsExactly("inventory.yaml:45:20: environments.prod.services.notes.env.PIN: a number where text "
                        + "is expected; quote it.");
    }

    @Test
    void aReferenceWhereNoneIsResolvedIsRefused() {
        assertThat(base().with("username: muster", "username: secret:user").violations())
                .containsExactly("inventory.yaml:6:38: environments.prod.registries['registry.test:5000'].username: a "
                        + "secret is not resolved here; references stand in password, sudo-password, passphrase, "
                        + "private-key, identity, token-secret and secret-env only.");
    }

    @Test
    void aUrlWithAPasswordIsRefusedAndNotShown() {
        assertThat(base().with("\"http://127.0.0.3:8080/health\"", "\"http://admin:hunter2@127.0.0.3/health\"")
                        .violations())
                .containsExactly("inventory.yaml:49:23: environments.prod.services.notes.health.url: a URL must not "
                        + "hold a user name and password (not shown here); remove them.");
    }

    @Test
    void aMistypedSecretKeyDoesNotShowItsValue() {
        assertThat(base().with("password: secret:registry", "pasword: hunter2").violations())
                .containsExactly(
                        "inventory.yaml:6:7: environments.prod.registries['registry.test:5000']: has a "
                                + "username but no password; give both or neither.",
                        "inventory.yaml:6:46: environments.prod.registries['registry.test:5000'].pasword: "
                                + "unknown key; did you mean 'password'? Known here: url, username, password, trust.");
    }

    @Test
    void anAliasThatIsReallyAPasswordIsNotShown() {
        assertThat(base().with("password: secret:registry", "password: *hunter2")
                        .violations())
                .containsExactly("inventory.yaml:6:56: not valid YAML: this alias has no anchor; if the value begins "
                        + "with '*', quote it.");
    }

    @Test
    void aTagThatIsReallyAPasswordIsNotShown() {
        assertThat(base().with("password: secret:registry", "password: !hunter2 x")
                        .violations())
                .containsExactly("inventory.yaml:6:56: a tag ('!…') is not allowed here; if the value begins with '!', "
                        + "quote it.");
    }

    private InventoryFixture base() {
        return new InventoryFixture(directory);
    }
}
