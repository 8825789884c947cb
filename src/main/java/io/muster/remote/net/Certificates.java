package io.muster.remote.net;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Certificates in words. */
final class Certificates {

    static String describe(X509Certificate certificate) {
        return "the certificate of " + certificate.getSubjectX500Principal().getName() + " (for "
                + String.join(", ", names(certificate)) + "; issued by "
                + certificate.getIssuerX500Principal().getName() + "; valid "
                + certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant() + ")";
    }

    /** DNS names and addresses. */
    static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return List.of();
            }
            return names.stream()
                    .filter(name -> name.get(0).equals(2) || name.get(0).equals(7))
                    .map(name -> (String) name.get(1))
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** Why a chain was refused, and what to do. */
    static String why(X509Certificate[] chain, CertificateException error) {
        X509Certificate top = chain[chain.length - 1];
        if (cause(error, CertificateExpiredException.class).isPresent()) {
            return "it, or one above it, has expired; renew it";
        }
        if (cause(error, CertificateNotYetValidException.class).isPresent()) {
            return "it, or one above it, is not valid yet; compare the clocks";
        }
        if (cause(error, CertPathBuilderException.class).isPresent()) {
            return "nobody whom we trust has issued "
                    + top.getIssuerX500Principal().getName()
                    + "; if that authority is yours, add its certificate to `trust` in the inventory";
        }
        return error.getMessage() + "; connect by a name that the certificate is for, or correct the certificate";
    }

    static <T extends Throwable> Optional<T> cause(Throwable error, Class<T> type) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }

    private Certificates() {}
}
