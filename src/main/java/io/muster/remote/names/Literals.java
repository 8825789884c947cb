package io.muster.remote.names;

import java.net.InetAddress;
import java.util.Optional;
import org.xbill.DNS.Address;

/** Addresses written as such, which nobody needs to be asked for. */
final class Literals {

    static Optional<InetAddress> address(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        byte[] bytes = Optional.ofNullable(Address.toByteArray(bare, Address.IPv4))
                .orElseGet(() -> Address.toByteArray(bare, Address.IPv6));
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private Literals() {}
}
