package io.muster.notify;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Links to Muster's pages, for messages.
 *
 * @param baseUrl how people reach Muster, {@code https://muster.example.org}; where it is empty, links are paths
 */
@ConfigurationProperties("muster")
public record Links(String baseUrl) {

    public Links {
        baseUrl = baseUrl == null ? "" : baseUrl.strip().replaceAll("/+$", "");
        if (!baseUrl.isEmpty() && !isWeb(baseUrl)) {
            throw new IllegalArgumentException(
                    "muster.base-url (MUSTER_BASE_URL) is '" + baseUrl
                            + "'. Give the address that people open in a browser, like https://muster.example.org, without a query.");
        }
    }

    private static boolean isWeb(String text) {
        try {
            URI uri = new URI(text);
            return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
        } catch (java.net.URISyntaxException e) {
            return false;
        }
    }

    /** A task, in Tasklist. */
    public String task(String id) {
        return baseUrl + "/camunda/app/tasklist/default/#/?task=" + encoded(id);
    }

    /** Where runbooks are started for a service, in Cockpit. */
    public String start(String environment, String service) {
        return baseUrl + "/camunda/app/cockpit/default/#/muster-start?environment=" + encoded(environment) + "&service="
                + encoded(service);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
