package io.muster.inventory;

import java.util.Optional;

/**
 * What is expected of a service from outside.
 *
 * @param name the DNS name that must resolve; empty: that of the URL
 * @param certificateDays how long its certificate must be valid still
 */
public record External(
        String url,
        Optional<String> name,
        int status,
        Optional<String> jsonPath,
        Optional<String> jsonValue,
        Optional<Integer> certificateDays) {}
