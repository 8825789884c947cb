package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Secrets stand only where they are resolved, are there, and nowhere in the clear. */
final class SecretRules {

    private final YamlDocument document;
    private final Findings findings;
    private final Optional<Secrets> secrets;

    SecretRules(YamlDocument document, Findings findings, Optional<Secrets> secrets) {
        this.document = document;
        this.findings = findings;
        this.secrets = secrets;
    }

    void check() {
        walk(document.root(), "");
    }

    private void walk(JsonNode node, String pointer) {
        if (node.isObject()) {
            node.properties().forEach(e -> walk(e.getValue(), YamlDocument.child(pointer, e.getKey())));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(node.get(i), pointer + "/" + i);
            }
        } else if (node.isTextual() && !findings.isWrong(pointer)) {
            text(node.textValue(), pointer);
        }
    }

    private void text(String text, String pointer) {
        if (SecretLooks.isSecret(pointer)) {
            resolve(text, pointer);
        } else if (SecretLooks.isVariable(pointer)) {
            variable(text, pointer, pointer.substring(pointer.lastIndexOf('/') + 1));
        } else if (text.startsWith(SecretRef.PREFIX)) {
            findings.addWrongValue(
                    document,
                    pointer,
                    "a secret is not resolved here; references stand in password, sudo-password, passphrase, private-key,"
                            + " identity, token-secret and secret-env only.");
        }
    }

    private void resolve(String text, String pointer) {
        if (!SecretRef.isReference(text)) {
            return;
        }
        try {
            secrets.ifPresent(known -> known.resolve(SecretRef.parse(text)));
        } catch (Secrets.SecretMissing e) {
            findings.addWrongValue(document, pointer, e.getMessage());
        }
    }

    private void variable(String text, String pointer, String name) {
        if (text.startsWith(SecretRef.PREFIX)) {
            findings.addWrongValue(document, pointer, "a secret is not resolved in env; move it to secret-env.");
        } else if (SecretLooks.name(name) && !text.isEmpty()) {
            findings.addWrongValue(
                    document,
                    pointer,
                    "looks like a secret in the clear (not shown here); move it to secret-env: {" + Shown.text(name)
                            + ": secret:NAME}.");
        } else if (SecretLooks.value(text)) {
            findings.addWrongValue(
                    document,
                    pointer,
                    "holds a password or private key in the clear (not shown here);" + " move it to secret-env: {"
                            + Shown.text(name) + ": secret:NAME}.");
        }
    }
}
