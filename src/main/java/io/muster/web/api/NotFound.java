package io.muster.web.api;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** What was asked for is not there; the message says what is. */
@ResponseStatus(HttpStatus.NOT_FOUND)
final class NotFound extends RuntimeException {
    NotFound(String message) {
        super(message);
    }
}
