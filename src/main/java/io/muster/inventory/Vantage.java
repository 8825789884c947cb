package io.muster.inventory;

import java.util.List;

/**
 * Where the environment is looked at from outside: commands run on {@code host} over SSH.
 *
 * @param resolvers DNS servers there, {@code address:port}; none: the host's own
 */
public record Vantage(String host, List<String> resolvers) {
    public Vantage {
        resolvers = resolvers == null ? List.of() : List.copyOf(resolvers);
    }
}
