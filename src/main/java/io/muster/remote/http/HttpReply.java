package io.muster.remote.http;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.http.ContentType;

/**
 * What came back.
 *
 * @param reason the reason phrase as sent, may be empty
 * @param headers by name in any case, each value in the order sent
 */
public record HttpReply(
        int status, String reason, Map<String, List<String>> headers, byte[] body, boolean truncated, Duration took) {

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).map(values -> values.get(0));
    }

    /** The body by the charset it declares, else as UTF-8; what is not text in it is replaced. */
    public String text() {
        return new String(body, charset());
    }

    private Charset charset() {
        try {
            return header("Content-Type")
                    .map(ContentType::parseLenient)
                    .map(ContentType::getCharset)
                    .orElse(StandardCharsets.UTF_8);
        } catch (UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }
}
