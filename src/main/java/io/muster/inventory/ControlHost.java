package io.muster.inventory;

/** The Ansible control host and its project's absolute directory. */
public record ControlHost(String host, String directory) {}
