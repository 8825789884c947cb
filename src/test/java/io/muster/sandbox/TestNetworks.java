package io.muster.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A loopback network that no other build on this machine uses now. */
public final class TestNetworks {

    private TestNetworks() {}

    public static String free() {
        for (int attempt = 0; attempt < 50; attempt++) {
            String network = "127." + ThreadLocalRandom.current().nextInt(80, 255);
            try (ServerSocket probe =
                    new ServerSocket(SandboxNetwork.DNS_PORT, 1, InetAddress.getByName(network + ".0.2"))) {
                return network;
            } catch (IOException taken) {
                continue;
            }
        }
        throw new IllegalStateException("No free loopback network found");
    }
}
