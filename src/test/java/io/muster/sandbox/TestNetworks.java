package io.muster.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Loopback networks that no other program of this machine's builds uses.
 *
 * <p>A network belongs to the first program that listens on its {@value #CLAIM}, until that program ends: looking whether its ports
 * are free would not do: a sandbox takes seconds to start and to end, and a test of one host alone listens on few.
 */
public final class TestNetworks {

    private static final String CLAIM = ".255.254";
    private static final int FIRST = 80;
    private static final int LAST = 254;
    /** What one program takes at most; then it uses those again that are free. Three programs run side by side. */
    private static final int SHARE = 24;

    private static final Map<String, ServerSocket> CLAIMED = new LinkedHashMap<>();

    private TestNetworks() {}

    public static synchronized String free() {
        if (CLAIMED.size() < SHARE) {
            return claim();
        }
        String oldest = CLAIMED.keySet().stream()
                .filter(network ->
                        listen(network + ".0.2").map(TestNetworks::close).isPresent())
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("All networks of this program are in use: " + CLAIMED.keySet()));
        CLAIMED.put(oldest, CLAIMED.remove(oldest));
        return oldest;
    }

    private static String claim() {
        List<String> networks = new ArrayList<>(IntStream.rangeClosed(FIRST, LAST)
                .mapToObj(second -> "127." + second)
                .toList());
        Collections.shuffle(networks);
        for (String network : networks) {
            var claim = listen(network + CLAIM);
            if (claim.isPresent()) {
                CLAIMED.put(network, claim.get());
                return network;
            }
        }
        throw new IllegalStateException("No free loopback network found");
    }

    private static Optional<ServerSocket> listen(String address) {
        try {
            return Optional.of(new ServerSocket(SandboxNetwork.DNS_PORT, 1, InetAddress.getByName(address)));
        } catch (IOException taken) {
            return Optional.empty();
        }
    }

    private static boolean close(ServerSocket probe) {
        try {
            probe.close();
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
