package io.muster.remote;

import io.muster.inventory.Inventory;
import java.util.List;

/** Reads image registries (Docker Registry HTTP API v2) with an environment's credentials and trust. Thread-safe. */
public interface ImageRegistries {

    /**
     * Resolves a tag to the digest of its manifest ({@code sha256:…}).
     *
     * @throws io.muster.step.StepFailure Rejected NotFound (names the tags that exist), HostUnreachable,
     *     AuthenticationFailed, CertificateUntrusted
     */
    String digest(Inventory.Environment environment, String image, String tag);

    /** The tags of a repository, in version order where they are versions. */
    List<String> tags(Inventory.Environment environment, String image);
}
