package io.muster.notify;

import io.muster.inventory.Secrets;
import java.util.List;

/** The channels that are configured; there may be none. */
public record Channels(List<Channel> all) {

    /**
     * A webhook of somebody's own beside these.
     *
     * @param url or {@code secret:NAME}
     * @param setting that has it, for messages
     */
    public static Channel webhook(String name, String url, String setting, Secrets secrets) {
        return new WebhookChannel(name, url, setting, secrets);
    }
}
