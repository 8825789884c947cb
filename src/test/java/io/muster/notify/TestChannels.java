package io.muster.notify;

import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import java.util.Set;

/** Channels for tests of other packages. */
public final class TestChannels {

    private TestChannels() {}

    public static Channel webhook(String url) {
        return new WebhookChannel("webhook", url, "MUSTER_NOTIFY_WEBHOOK", new Secrets() {
            @Override
            public String resolve(SecretRef ref) {
                return url;
            }

            @Override
            public Set<String> known() {
                return Set.of();
            }
        });
    }
}
