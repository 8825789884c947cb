package io.muster.sandbox.docker;

import io.muster.sandbox.registry.Digest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code [registry/]repository[:tag][@digest]}. */
record ImageReference(String registry, String repository, Optional<String> tag, Optional<Digest> digest) {
    private static final String HUB = "docker.io";
    private static final Pattern FORM = Pattern.compile("([a-zA-Z0-9.:_/-]+?)(?::([\\w][\\w.-]{0,127}))?(?:@(.+))?");

    static ImageReference parse(String text) {
        Matcher match = FORM.matcher(text);
        if (!match.matches()) {
            throw EngineException.badRequest("invalid reference format: " + text);
        }
        String name = match.group(1);
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean registry = first.contains(".") || first.contains(":") || first.equals("localhost");
        String repository = registry ? name.substring(slash + 1) : name;
        if (!repository.matches("[a-z0-9]+(?:[._/-]+[a-z0-9]+)*")) {
            throw EngineException.badRequest("invalid reference format: " + text);
        }
        return new ImageReference(
                registry ? first : HUB,
                repository,
                Optional.ofNullable(match.group(2)),
                Optional.ofNullable(match.group(3)).map(ImageReference::digest));
    }

    /** With the tag or digest that the API gives beside the name. */
    ImageReference at(String tagOrDigest) {
        if (Digest.looksLike(tagOrDigest)) {
            return new ImageReference(registry, repository, Optional.empty(), Optional.of(digest(tagOrDigest)));
        }
        return new ImageReference(registry, repository, Optional.of(tagOrDigest), Optional.empty());
    }

    private static Digest digest(String text) {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new EngineException(400, "invalid reference format: " + e.getMessage(), e);
        }
    }

    /** Without tag and digest, as the real engine shows it. */
    String name() {
        return registry.equals(HUB) ? repository : registry + "/" + repository;
    }

    /** What to ask the registry for. */
    String manifest() {
        return digest.map(Digest::toString).orElseGet(() -> tag.orElse("latest"));
    }

    String tagged() {
        return name() + ":" + tag.orElse("latest");
    }

    @Override
    public String toString() {
        return digest.map(found -> name() + "@" + found).orElseGet(this::tagged);
    }
}
