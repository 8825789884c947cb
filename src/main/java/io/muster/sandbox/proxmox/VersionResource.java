package io.muster.sandbox.proxmox;

import java.util.Map;

/** The version that is spoken. */
final class VersionResource implements Resource {
    @Override
    public void enter(Router router) {
        Object version = Map.of("release", Site.RELEASE, "repoid", Site.REPOSITORY_ID, "version", Site.VERSION);
        router.add("GET", "/version", Parameters.none(), request -> version);
    }
}
