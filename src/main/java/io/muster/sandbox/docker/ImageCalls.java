package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Images over the API. */
final class ImageCalls {
    private final LocalImages images;
    private final Containers containers;
    private final RegistryClient registry;

    ImageCalls(LocalImages images, Containers containers, RegistryClient registry) {
        this.images = images;
        this.containers = containers;
        this.registry = registry;
    }

    void addTo(Routes routes) {
        routes.add("POST", "/images/create", this::pull);
        routes.add("GET", "/images/json", this::list);
        routes.add("GET", "/images/{*}/json", this::inspect);
        routes.add("POST", "/images/{*}/tag", this::tag);
        routes.add("DELETE", "/images/{*}", this::remove);
    }

    private void pull(Call call) throws IOException {
        if (call.query("fromImage").isEmpty()) {
            throw EngineException.badRequest("this sandbox pulls images (fromImage); it does not import them");
        }
        ImageReference named = ImageReference.parse(call.query("fromImage").get());
        ImageReference reference = call.query("tag").map(named::at).orElse(named);
        ImagePull pull = new ImagePull(registry, images);
        LineStream lines = new LineStream(call);
        try {
            if (reference.tag().isEmpty() && reference.digest().isEmpty()) {
                for (String tag : registry.tags(reference)) {
                    pull.pull(reference.at(tag), lines);
                }
            } else {
                pull.pull(reference, lines);
            }
        } catch (EngineException | IOException e) {
            if (!lines.begun()) {
                throw e;
            }
            ObjectNode error = Json.object().put("error", e.getMessage());
            error.set("errorDetail", Json.object().put("message", e.getMessage()));
            lines.line(error);
        }
        call.exchange().endExchange();
    }

    private static final class LineStream implements ImagePull.Progress {
        private final Call call;
        private Optional<OutputStream> out = Optional.empty();

        LineStream(Call call) {
            this.call = call;
        }

        boolean begun() {
            return out.isPresent();
        }

        @Override
        public void line(ObjectNode line) throws IOException {
            if (out.isEmpty()) {
                out = Optional.of(call.stream(Call.JSON));
            }
            out.get().write(Json.bytes(line));
            out.get().write(new byte[] {'\r', '\n'});
            out.get().flush();
        }
    }

    private void list(Call call) {
        ArrayNode list = Json.array();
        for (LocalImage image : images.all()) {
            ObjectNode labels = Json.objectAt(image.config(), "Labels");
            boolean referenced = call.filter("reference").isEmpty()
                    || call.filter("reference").stream().anyMatch(wanted -> image.tags().stream()
                            .anyMatch(tag -> tag.equals(wanted) || tag.startsWith(wanted + ":")));
            if (referenced && Call.matches(call.filter("label"), Json.map(labels))) {
                ObjectNode json = names(image)
                        .put("Created", created(image).getEpochSecond())
                        .put("ParentId", "")
                        .put("SharedSize", -1)
                        .put("Containers", -1);
                json.set("Labels", labels);
                list.add(json);
            }
        }
        call.json(200, list);
    }

    private void inspect(Call call) {
        LocalImage image = images.require(call.path(1));
        ObjectNode json = names(image)
                .put("Parent", "")
                .put("Comment", "")
                .put("Author", "")
                .put("Created", created(image).toString())
                .put("Architecture", image.description().path("architecture").asText())
                .put("Os", image.description().path("os").asText());
        json.set("Config", image.config());
        ObjectNode layers = Json.object().put("Type", "layers");
        layers.set("Layers", image.description().at("/rootfs/diff_ids"));
        json.set("RootFS", layers);
        call.json(200, json);
    }

    private static ObjectNode names(LocalImage image) {
        ObjectNode json = Json.object().put("Id", image.id());
        json.set("RepoTags", Json.array(image.tags()));
        json.set("RepoDigests", Json.array(image.digests()));
        return json.put("Size", image.size()).put("VirtualSize", image.size());
    }

    private static Instant created(LocalImage image) {
        String created = image.description().path("created").asText("");
        return created.isEmpty() ? Instant.EPOCH : Instant.parse(created);
    }

    private void tag(Call call) throws IOException {
        LocalImage image = images.require(call.path(1));
        String repository = call.query("repo")
                .orElseThrow(
                        () -> EngineException.badRequest("invalid reference format: the parameter repo is missing"));
        images.tag(
                image.id(),
                ImageReference.parse(repository)
                        .at(call.query("tag").orElse("latest"))
                        .tagged());
        call.empty(201);
    }

    private void remove(Call call) throws IOException {
        String name = call.path(1);
        LocalImage image = images.require(name);
        ArrayNode done = Json.array();
        boolean byId = image.id().startsWith("sha256:" + name.replaceFirst("^sha256:", ""));
        if (!byId && image.tags().size() + (named(image, name) ? 0 : 1) > 1) {
            String reference = ImageReference.parse(name).toString();
            images.untag(image, reference);
            call.json(200, done.add(Json.object().put("Untagged", reference)));
            return;
        }
        refuseWhileUsed(image, name, call.flag("force"));
        List.copyOf(image.tags()).forEach(tag -> done.add(Json.object().put("Untagged", tag)));
        image.digests().forEach(digest -> done.add(Json.object().put("Untagged", digest)));
        images.remove(image);
        call.json(200, done.add(Json.object().put("Deleted", image.id())));
    }

    private static boolean named(LocalImage image, String name) {
        return image.tags().contains(ImageReference.parse(name).toString());
    }

    private void refuseWhileUsed(LocalImage image, String name, boolean force) {
        for (Container container : containers.all()) {
            if (container.definition().imageId().equals(image.id())
                    && (container.state().running() || !force)) {
                throw EngineException.conflict("conflict: unable to remove repository reference \"" + name
                        + "\" (" + (container.state().running() ? "cannot be forced" : "must force") + ") - container "
                        + Ids.shortened(container.definition().id()) + " is using its referenced image "
                        + Ids.shortened(image.id().substring("sha256:".length())));
            }
        }
    }
}
