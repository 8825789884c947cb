package io.muster.steps.docker;

import io.muster.inventory.Inventory;
import io.muster.remote.ImageRegistries;
import io.muster.remote.SeenTags;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;

@StepInfo(
        name = "imageResolve",
        title = "Resolve an image tag to its digest",
        description =
                "Asks the registry which digest a tag names. A version is immutable: a tag whose digest is no longer the"
                        + " one that was first seen is refused with `TagMoved`. A digest given as the tag is taken as it is.",
        category = "Docker",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, ImageResolve.TAG_MOVED, Reason.NOT_IN_INVENTORY})
public class ImageResolve implements Step<ImageResolve.Input, ImageResolve.Output> {

    static final String TAG_MOVED = "TagMoved";

    public record Input(
            @NotBlank
                    @Field(
                            label = "Image",
                            description = "Repository without a tag.",
                            example = "registry.example/notes")
                    String image,
            @NotBlank @Field(label = "Tag", description = "A tag, or sha256:… to name a digest.", example = "1.0.0")
                    String tag) {}

    public record Output(
            @Field(label = "Reference", description = "repository@sha256:…") String reference,
            @Field(label = "Digest", description = "sha256:…") String digest) {}

    private final Targets targets;
    private final ImageRegistries registries;
    private final SeenTags seenTags;

    ImageResolve(Targets targets, ImageRegistries registries, SeenTags seenTags) {
        this.targets = targets;
        this.registries = registries;
        this.seenTags = seenTags;
    }

    @Override
    public String target(Input input) {
        return input.image() + (input.tag().startsWith("sha256:") ? "@" : ":") + input.tag();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Environment environment = targets.environmentOrNone(context);
        String digest = registries.digest(environment, input.image(), input.tag());
        if (!input.tag().startsWith("sha256:")) {
            refuseMoved(input, digest);
        }
        context.log().info(target(input) + " is " + digest);
        return new Output(input.image() + "@" + digest, digest);
    }

    private void refuseMoved(Input input, String digest) {
        SeenTags.Seen first = seenTags.firstSeen(input.image(), input.tag(), digest);
        if (!first.digest().equals(digest)) {
            throw new StepFailure.Rejected(
                    TAG_MOVED,
                    "Tag " + input.tag() + " of " + input.image() + " has moved: it named " + first.digest()
                            + " when it was first"
                            + " seen (" + first.at() + ") and names " + digest
                            + " now. A version does not change: publish the"
                            + " new content under a new tag, or deploy exactly this content with the version `" + digest
                            + "`.");
        }
    }
}
