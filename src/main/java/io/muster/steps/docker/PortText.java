package io.muster.steps.docker;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code [address:]host:container} and Docker's form of it. TCP only. */
record PortText(String address, int host, int container) {

    private static final Pattern FORM = Pattern.compile("(?:(.+):)?(\\d{1,5}):(\\d{1,5})");

    static PortText parse(String text) {
        Matcher matcher = FORM.matcher(text.trim());
        if (!matcher.matches() || !valid(matcher.group(2)) || !valid(matcher.group(3))) {
            throw new IllegalArgumentException(
                    "port '" + text + "' must be host:container or address:host:container, 1 to 65535");
        }
        String address = matcher.group(1) == null ? "" : matcher.group(1);
        return new PortText(address, Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)));
    }

    private static boolean valid(String port) {
        int number = Integer.parseInt(port);
        return number >= 1 && number <= 65535;
    }

    static String of(String address, String host, int container) {
        String shown = address == null || address.isEmpty() || address.equals("0.0.0.0") ? "" : address + ":";
        return shown + host + ":" + container;
    }

    PortBinding binding() {
        Ports.Binding binding =
                address.isEmpty() ? Ports.Binding.bindPort(host) : Ports.Binding.bindIpAndPort(address, host);
        return new PortBinding(binding, ExposedPort.tcp(container));
    }

    @Override
    public String toString() {
        return of(address, Integer.toString(host), container);
    }
}
