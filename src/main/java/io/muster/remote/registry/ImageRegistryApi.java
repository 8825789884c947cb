package io.muster.remote.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.remote.http.HttpReply;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One repository of a registry, for the length of one call. */
final class ImageRegistryApi {

    static final String REGISTRY_ERROR = "RegistryError";
    static final String DIGEST_MISMATCH = "DigestMismatch";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MANIFESTS = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*rel=\"?next\"?");
    private static final int PAGE = 1000;
    private static final int MAX_PAGES = 500;

    private final ImageName image;
    private final RegistrySession session;
    private final RegistryLogin login;

    ImageRegistryApi(ImageName image, RegistrySession session, RegistryLogin login) {
        this.image = image;
        this.session = session;
        this.login = login;
    }

    /** The digest of what the reference (a tag or a digest) names, counted from the content itself; empty: no such. */
    Optional<String> digest(String reference) {
        HttpReply reply = session.get(at("/manifests/" + reference), MANIFESTS);
        if (reply.status() == 404) {
            return Optional.empty();
        }
        requireOk(reply);
        if (reply.header("Content-Type").orElse("").contains("manifest.v1+prettyjws")) {
            throw new StepFailure.Fatal(
                    REGISTRY_ERROR,
                    image + " " + reference + " is an image of the old schema 1, whose digest is not that of its"
                            + " content. Push it again with a current tool.");
        }
        String counted = sha256(reply.body());
        Optional<String> promised = reply.header("Docker-Content-Digest").filter(text -> text.startsWith("sha256:"));
        String expected = reference.startsWith("sha256:") ? reference : promised.orElse(counted);
        if (!expected.equals(counted)) {
            throw new StepFailure.Fatal(
                    DIGEST_MISMATCH,
                    "What the registry gives for " + image + " " + reference + " has the digest " + counted + ", not "
                            + expected + " as it says: it is damaged there or was changed on its way. Do not use it;"
                            + " push the image again.");
        }
        return Optional.of(counted);
    }

    /** All tags as the registry lists them; empty: no such repository. */
    Optional<List<String>> tags() {
        List<String> tags = new ArrayList<>();
        Set<URI> asked = new HashSet<>();
        Optional<URI> page = Optional.of(at("/tags/list?n=" + PAGE));
        while (page.isPresent() && asked.add(page.get()) && asked.size() <= MAX_PAGES) {
            HttpReply reply = session.get(page.get(), "application/json");
            if (reply.status() == 404) {
                return Optional.empty();
            }
            requireOk(reply);
            json(reply).path("tags").forEach(tag -> tags.add(tag.asText()));
            page = next(page.get(), reply);
        }
        return Optional.of(tags.stream().distinct().toList());
    }

    private Optional<URI> next(URI from, HttpReply reply) {
        Matcher link = NEXT.matcher(String.join(", ", reply.headers().getOrDefault("Link", List.of())));
        if (!link.find()) {
            return Optional.empty();
        }
        try {
            URI next = from.resolve(link.group(1));
            if (RegistrySession.origin(next).equals(RegistrySession.origin(from))) {
                return Optional.of(next);
            }
            // A registry behind a proxy may not know its own name: the path is what counts.
            String query = next.getRawQuery() == null ? "" : "?" + next.getRawQuery();
            return Optional.of(from.resolve(next.getRawPath() + query));
        } catch (IllegalArgumentException e) {
            throw new StepFailure.Fatal(
                    REGISTRY_ERROR,
                    "The registry " + image.registry() + " lists the tags of " + image
                            + " with a link to the next page that is no URL.",
                    e);
        }
    }

    private JsonNode json(HttpReply reply) {
        try {
            return JSON.readTree(reply.body());
        } catch (IOException e) {
            throw new StepFailure.Fatal(
                    REGISTRY_ERROR,
                    "What answers for the registry " + image.registry() + " at " + session.base()
                            + " is no registry: it gives no JSON. Check `url` of the registry in the inventory.",
                    e);
        }
    }

    private void requireOk(HttpReply reply) {
        int status = reply.status();
        if (status == 200) {
            return;
        }
        String said = "The registry " + image.registry() + " answered with status " + status + errors(reply)
                + " when asked for " + image;
        if (status == 401 || status == 403) {
            throw RegistrySession.refused(
                    said,
                    "it does not exist there, or may not be pulled " + login.as()
                            + ". Check the name, and `username` and `password` of the registry in the inventory.");
        }
        if (status == 429 || status >= 500) {
            throw new StepFailure.Transient(
                    REGISTRY_ERROR, said + ". It is overloaded or broken; look at its log if that stays.");
        }
        throw new StepFailure.Fatal(
                REGISTRY_ERROR, said + ". Check the image's name and `url` of the registry in the inventory.");
    }

    private static String errors(HttpReply reply) {
        try {
            JsonNode first = JSON.readTree(reply.body()).path("errors").path(0);
            String text =
                    (first.path("code").asText() + " " + first.path("message").asText()).strip();
            return text.isEmpty() ? "" : " (" + text + ")";
        } catch (IOException e) {
            return reply.reason().isEmpty() ? "" : " (" + reply.reason() + ")";
        }
    }

    private URI at(String below) {
        return URI.create(session.base() + "/v2/" + image.repository() + below);
    }

    private static String sha256(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
