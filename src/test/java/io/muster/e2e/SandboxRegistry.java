package io.muster.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The sandbox's image registry, as somebody who publishes images uses it: by its HTTPS API. */
final class SandboxRegistry {

    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    private final HttpClient client;
    private final String base;

    SandboxRegistry(String network, Path authority) {
        this.client = HttpClient.newBuilder().sslContext(trusting(authority)).build();
        this.base = "https://" + network + ".0.3:5000/v2/notes/manifests/";
    }

    /** Makes a tag name what another one names now, as a push of other content under an existing tag does. */
    void point(String tag, String like) throws IOException, InterruptedException {
        HttpResponse<byte[]> manifest = client.send(
                HttpRequest.newBuilder(URI.create(base + like))
                        .header("Accept", MANIFEST + ", " + DOCKER_MANIFEST)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        HttpResponse<String> pushed = client.send(
                HttpRequest.newBuilder(URI.create(base + tag))
                        .header(
                                "Content-Type",
                                manifest.headers().firstValue("Content-Type").orElse(MANIFEST))
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(manifest.body()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (manifest.statusCode() != 200 || pushed.statusCode() != 201) {
            throw new IOException("The registry answered " + manifest.statusCode() + " and " + pushed.statusCode()
                    + ": " + pushed.body());
        }
    }

    private static SSLContext trusting(Path authority) {
        try (InputStream certificate = Files.newInputStream(authority)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "sandbox", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("Cannot trust " + authority, e);
        }
    }
}
