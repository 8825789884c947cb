package io.muster.notify;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where notifications go; what is empty is not used.
 *
 * @param webhook a URL, or {@code secret:NAME} where the URL is secret
 * @param mailTo addresses
 * @param mailFrom the sender of mail
 * @param escalationMailTo addresses that only escalations go to as well
 */
@ConfigurationProperties("muster.notify")
record NotifyProperties(String webhook, List<String> mailTo, String mailFrom, List<String> escalationMailTo) {

    NotifyProperties {
        webhook = webhook == null ? "" : webhook.strip();
        mailTo = mailTo == null ? List.of() : List.copyOf(mailTo);
        mailFrom = mailFrom == null || mailFrom.isBlank() ? "muster@localhost" : mailFrom;
        escalationMailTo = escalationMailTo == null ? List.of() : List.copyOf(escalationMailTo);
    }
}
