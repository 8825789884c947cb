package io.muster.inventory;

import java.util.Optional;

/** What a container may use. */
public record Limits(Optional<Long> memoryBytes, Optional<Double> cpus) {}
