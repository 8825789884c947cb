package io.muster.remote.registry;

/**
 * An image's repository as people write it, taken apart.
 *
 * @param registry host[:port], {@code docker.io} where the name gives none
 * @param repository its path in the registry
 */
public record ImageName(String registry, String repository) {

    static final String DOCKER_HUB = "docker.io";

    /** @param image a repository, with a tag or digest or without */
    public static ImageName parse(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = host ? first : DOCKER_HUB;
        String repository = host ? image.substring(slash + 1) : image;
        if (registry.equals("index.docker.io")) {
            registry = DOCKER_HUB;
        }
        boolean official = registry.equals(DOCKER_HUB) && !repository.contains("/");
        return new ImageName(registry, official ? "library/" + repository : repository);
    }

    /** Where the registry's API is, if the inventory says nothing else. */
    String defaultUrl() {
        return registry.equals(DOCKER_HUB) ? "https://registry-1.docker.io" : "https://" + registry;
    }

    @Override
    public String toString() {
        return registry + "/" + repository;
    }
}
