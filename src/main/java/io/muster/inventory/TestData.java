package io.muster.inventory;

import java.util.Optional;

/**
 * Scripts that belong to a service: fill it with test data, compare that record by record, take it away.
 *
 * @param host where they run; empty: the service's container
 */
public record TestData(Optional<String> host, String populate, String verify, Optional<String> remove) {}
