package io.muster.remote.registry;

import io.muster.inventory.Inventory;
import io.muster.inventory.Secrets;
import io.muster.remote.ImageRegistries;
import io.muster.remote.http.HttpWire;
import io.muster.remote.tls.Trust;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Registries over HTTP; says what there is when something else was asked for. */
@Component
final class HttpImageRegistries implements ImageRegistries {

    private static final int SHOWN = 10;
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Pattern REPOSITORY = Pattern.compile("[a-z0-9]+(?:[._/-]+[a-z0-9]+)*");

    private final HttpWire wire;
    private final Secrets secrets;

    HttpImageRegistries(HttpWire wire, Secrets secrets) {
        this.wire = wire;
        this.secrets = secrets;
    }

    @Override
    public String digest(Inventory.Environment environment, String image, String tag) {
        boolean digest = DIGEST.matcher(tag).matches();
        if (!digest && !TAG.matcher(tag).matches()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "`" + tag + "` is neither a tag nor a digest. A tag has letters, digits, '.', '_' and '-', 128 at"
                            + " most; a digest is sha256: and 64 hexadecimal digits.");
        }
        ImageRegistryApi api = api(environment, image);
        return api.digest(tag).orElseThrow(() -> missing(api, image, tag));
    }

    @Override
    public List<String> tags(Inventory.Environment environment, String image) {
        return sorted(api(environment, image).tags().orElseThrow(() -> noRepository(image)));
    }

    private ImageRegistryApi api(Inventory.Environment environment, String image) {
        ImageName name = ImageName.parse(image);
        if (!REPOSITORY.matcher(name.repository()).matches()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "`" + image + "` is not an image's repository; write [registry[:port]/]name in lower case,"
                            + " without a tag.");
        }
        Optional<Inventory.Registry> known =
                Optional.ofNullable(environment.registries().get(name.registry()));
        Trust trust =
                Trust.of(environment).and(known.map(Inventory.Registry::trust).orElse(List.of()));
        String url = known.map(Inventory.Registry::url)
                .filter(text -> !name.registry().equals(ImageName.DOCKER_HUB) || !text.endsWith("//docker.io"))
                .orElse(name.defaultUrl());
        RegistryLogin login = new RegistryLogin(name, known, secrets);
        URI base = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
        return new ImageRegistryApi(name, new RegistrySession(wire, environment, trust, base, login), login);
    }

    private static StepFailure missing(ImageRegistryApi api, String image, String tag) {
        Optional<List<String>> tags = api.tags();
        if (tags.isEmpty()) {
            return noRepository(image);
        }
        if (DIGEST.matcher(tag).matches()) {
            return new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    "Image " + image + " has nothing with the digest " + tag + "; " + newest(tags.get()));
        }
        return new StepFailure.Rejected(
                Reason.NOT_FOUND, "Image " + image + " has no tag " + tag + "; " + newest(tags.get()));
    }

    private static String newest(List<String> tags) {
        if (tags.isEmpty()) {
            return "it has no tags at all. Push the image first.";
        }
        List<String> newest = new ArrayList<>(sorted(tags));
        Collections.reverse(newest);
        String more = newest.size() > SHOWN ? ", … (" + newest.size() + " in all)" : "";
        return "newest: " + String.join(", ", newest.subList(0, Math.min(SHOWN, newest.size()))) + more
                + ". Give one of them.";
    }

    private static StepFailure noRepository(String image) {
        ImageName name = ImageName.parse(image);
        return new StepFailure.Rejected(
                Reason.NOT_FOUND,
                "The registry " + name.registry() + " has no repository " + name.repository()
                        + ". Push the image first, or correct `image` in the inventory.");
    }

    private static List<String> sorted(List<String> tags) {
        return tags.stream().sorted(VersionOrder.INSTANCE).toList();
    }
}
