package io.muster.remote.registry;

import io.muster.remote.net.TestAuthority;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Puts small images into a registry, by its protocol. */
final class Push {

    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    /** Without a tag. */
    private static final String BY_DIGEST = "@";

    private final URI base;
    private final HttpClient http;

    Push(String registry, TestAuthority authority) throws Exception {
        base = URI.create("https://" + registry);
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry(
                "authority",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(bytes(authority.pem()))));
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        http = HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** @return its digest */
    String image(String repository, String tag, String content) throws Exception {
        return manifest(repository, tag, DOCKER_MANIFEST, content).digest();
    }

    /** An index of two images, for two platforms. @return its digest */
    String index(String repository, String tag, String type, String manifestType) throws Exception {
        StringBuilder entries = new StringBuilder();
        for (String architecture : List.of("amd64", "arm64")) {
            Described image = manifest(repository, BY_DIGEST, manifestType, tag + architecture);
            entries.append(entries.isEmpty() ? "" : ",")
                    .append(image.descriptor().replaceFirst("}$", ""))
                    .append(",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}}");
        }
        byte[] index = bytes("{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"manifests\":[" + entries + "]}");
        return put(repository, tag, type, index);
    }

    private record Described(String type, int size, String digest) {
        String descriptor() {
            return "{\"mediaType\":\"" + type + "\",\"size\":" + size + ",\"digest\":\"" + digest + "\"}";
        }
    }

    private Described manifest(String repository, String reference, String type, String content) throws Exception {
        boolean oci = type.equals(OCI_MANIFEST);
        Described config = blob(
                repository,
                oci ? "application/vnd.oci.image.config.v1+json" : "application/vnd.docker.container.image.v1+json",
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"comment\":\"" + content + "\"}");
        Described layer = blob(
                repository,
                oci ? "application/vnd.oci.image.layer.v1.tar" : "application/vnd.docker.image.rootfs.diff.tar",
                content);
        byte[] manifest = bytes("{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"config\":" + config.descriptor()
                + ",\"layers\":[" + layer.descriptor() + "]}");
        return new Described(type, manifest.length, put(repository, reference, type, manifest));
    }

    private String put(String repository, String reference, String type, byte[] manifest) throws Exception {
        String digest = digest(manifest);
        String name = reference.equals(BY_DIGEST) ? digest : reference;
        expect(201, send("PUT", "/v2/" + repository + "/manifests/" + name, manifest, type));
        return digest;
    }

    private Described blob(String repository, String type, String text) throws Exception {
        byte[] content = bytes(text);
        String digest = digest(content);
        HttpResponse<String> begun = expect(
                202, send("POST", "/v2/" + repository + "/blobs/uploads/", new byte[0], "application/octet-stream"));
        String location = begun.headers().firstValue("Location").orElseThrow();
        expect(
                201,
                send(
                        "PUT",
                        location + (location.contains("?") ? "&" : "?") + "digest=" + digest,
                        content,
                        "application/octet-stream"));
        return new Described(type, content.length, digest);
    }

    private HttpResponse<String> send(String method, String at, byte[] body, String type) throws Exception {
        String user = RegistryContract.USER + ":" + RegistryContract.PASSWORD;
        HttpRequest request = HttpRequest.newBuilder(base.resolve(at))
                .method(method, BodyPublishers.ofByteArray(body))
                .header("Content-Type", type)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes(user)))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new IllegalStateException(answer.request().uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String digest(byte[] content) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
