package io.muster.remote.names;

import io.muster.inventory.Inventory;
import io.muster.remote.NameResolver;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Asks the environment's name server by DNS and no other; without one, what the machine itself would use. */
@Component
final class DnsNames implements NameResolver {

    static final String NAME_NOT_FOUND = "NameNotFound";

    @Override
    public List<InetAddress> addresses(Inventory.Environment environment, String name) {
        Optional<InetAddress> literal = Literals.address(name);
        if (literal.isPresent()) {
            return List.of(literal.get());
        }
        if (environment.resolver().isEmpty() || name.equalsIgnoreCase("localhost")) {
            return machine(name);
        }
        NameServer server = NameServer.at(environment.resolver().get());
        List<InetAddress> found = Stream.of(Type.A, Type.AAAA)
                .flatMap(type -> server.ask(name, type).stream())
                .map(DnsNames::address)
                .toList();
        if (found.isEmpty()) {
            throw new StepFailure.Rejected(
                    NAME_NOT_FOUND,
                    name + " has no address: name server " + server + " knows it without A or AAAA record.");
        }
        return found;
    }

    @Override
    public List<String> records(
            Inventory.Environment environment, String name, String type, Optional<String> resolver) {
        int code = Type.value(type);
        if (code < 0) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "`" + type + "` is not a type of DNS record; use A, AAAA, CNAME, MX, TXT, PTR, SRV or NS.");
        }
        Optional<String> server = resolver.or(environment::resolver);
        if (server.isEmpty() && (code == Type.A || code == Type.AAAA)) {
            return machine(name).stream()
                    .filter(address -> (address.getAddress().length == 4) == (code == Type.A))
                    .map(InetAddress::getHostAddress)
                    .sorted()
                    .toList();
        }
        return server.map(NameServer::at).orElseGet(NameServer::ofTheMachine).ask(name, code).stream()
                .map(RecordText::of)
                .sorted()
                .toList();
    }

    private static List<InetAddress> machine(String name) {
        try {
            return new ArrayList<>(Arrays.asList(InetAddress.getAllByName(name)));
        } catch (UnknownHostException e) {
            throw new StepFailure.Rejected(
                    NAME_NOT_FOUND,
                    "The name " + name
                            + " does not exist, says this machine's own resolver (the environment names none);"
                            + " correct the name, or set `resolver` in the inventory.",
                    e);
        }
    }

    private static InetAddress address(Record answer) {
        return answer instanceof ARecord four ? four.getAddress() : ((AAAARecord) answer).getAddress();
    }
}
