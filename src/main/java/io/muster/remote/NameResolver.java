package io.muster.remote;

import io.muster.inventory.Inventory;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Names as an environment sees them. Thread-safe. */
public interface NameResolver {

    /**
     * The addresses of a host name (an address resolves to itself).
     *
     * @throws io.muster.step.StepFailure Rejected NameNotFound, naming the resolver that was asked
     */
    List<InetAddress> addresses(Inventory.Environment environment, String name);

    /** The records of a type (A, AAAA, CNAME, MX, TXT, PTR, SRV, NS) as text, sorted; resolver is host[:port], empty: the environment's. */
    List<String> records(Inventory.Environment environment, String name, String type, Optional<String> resolver);
}
