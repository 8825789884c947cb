package io.muster.remote.http;

import io.muster.step.StepFailure;

/** No answer came. */
public final class HttpFailed extends RuntimeException {

    private final transient StepFailure failure;
    private final boolean sent;

    HttpFailed(StepFailure failure, boolean sent) {
        super(failure.getMessage(), failure);
        this.failure = failure;
        this.sent = sent;
    }

    /** HostUnreachable, NameNotFound, CertificateUntrusted, TimedOut or ConnectionLost. */
    public StepFailure failure() {
        return failure;
    }

    /** Whether the server may have got the request, or a part of it. */
    public boolean sent() {
        return sent;
    }
}
