package io.muster.remote.net;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;

/** What an I/O error on the way to a server means. */
public final class Failures {

    public static final String TLS_FAILED = "TlsFailed";

    /** Whether nothing can have reached the server. */
    public static boolean beforeAnythingWasSent(IOException error) {
        return is(error, ConnectException.class)
                || is(error, NoRouteToHostException.class)
                || is(error, ConnectTimeoutException.class)
                || is(error, UnknownHostException.class)
                || is(error, UntrustedCertificate.class)
                || is(error, SSLPeerUnverifiedException.class);
    }

    /**
     * @param what what was tried, in a few words: {@code pull notes on experimental-01}
     * @param peer the server, {@code https://…}
     */
    public static StepFailure of(String what, String peer, IOException error) {
        Optional<StepFailure> name = Certificates.cause(error, StepFailure.class);
        if (name.isPresent()) {
            return name.get();
        }
        String start = "Cannot " + what + ": ";
        Optional<UntrustedCertificate> untrusted = Certificates.cause(error, UntrustedCertificate.class);
        if (untrusted.isPresent() || is(error, SSLPeerUnverifiedException.class)) {
            String why = untrusted.map(Throwable::getMessage).orElseGet(() -> text(error));
            return new StepFailure.Fatal(
                    Reason.CERTIFICATE_UNTRUSTED,
                    start + peer + " shows a certificate that we refuse: " + why + ".",
                    error);
        }
        if (beforeAnythingWasSent(error) || isMissingSocket(error)) {
            return new StepFailure.Transient(
                    Reason.HOST_UNREACHABLE,
                    start + "no connection to " + peer + " (" + text(error)
                            + "); check that it runs, listens there, and that the network lets us through.",
                    error);
        }
        if (is(error, AccessDeniedException.class) || text(error).contains("Permission denied")) {
            return new StepFailure.Fatal(
                    Reason.PERMISSION_DENIED,
                    start + "no permission to use " + peer + " (" + text(error) + ").",
                    error);
        }
        if (is(error, SocketTimeoutException.class)) {
            return new StepFailure.Transient(
                    Reason.TIMED_OUT, start + peer + " took the request and did not answer in time.", error);
        }
        return Certificates.cause(error, SSLException.class)
                .map(tls -> tls(start, peer, tls))
                .orElseGet(() -> new StepFailure.Transient(
                        Reason.CONNECTION_LOST,
                        start + "the connection to " + peer + " was lost (" + text(error) + ").",
                        error));
    }

    private static StepFailure tls(String start, String peer, SSLException error) {
        String text = text(error);
        if (text.matches(".*(bad_certificate|certificate_required|unknown_ca|certificate_unknown|access_denied).*")) {
            return new StepFailure.Fatal(
                    Reason.AUTHENTICATION_FAILED,
                    start + peer + " refuses our client certificate (" + text
                            + "); check `certificate` and `private-key` in the inventory against what it trusts.",
                    error);
        }
        return new StepFailure.Fatal(
                TLS_FAILED,
                start + "no TLS with " + peer + " (" + text
                        + "); check that it speaks TLS on this port, and which versions.",
                error);
    }

    private static boolean isMissingSocket(IOException error) {
        return error instanceof java.net.SocketException && text(error).contains("No such file");
    }

    private static boolean is(IOException error, Class<? extends Throwable> type) {
        return Certificates.cause(error, type).isPresent();
    }

    static String text(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                return cause.getMessage().strip();
            }
        }
        return error.getClass().getSimpleName();
    }

    private Failures() {}
}
