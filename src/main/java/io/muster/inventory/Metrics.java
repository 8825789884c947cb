package io.muster.inventory;

/** The endpoint that Prometheus scrapes: {@code host:port} and path. */
public record Metrics(String target, String path, String scheme) {}
