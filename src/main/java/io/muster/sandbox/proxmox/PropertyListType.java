package io.muster.sandbox.proxmox;

import java.util.Optional;
import java.util.Set;

/**
 * A list such as {@code name=eth0,bridge=vmbr0}.
 *
 * @param required properties that it must have
 */
record PropertyListType(Set<String> required) implements ParameterType {

    @Override
    public Optional<String> complaint(String name, String value) {
        Optional<PropertyList> list = PropertyList.parse(value);
        if (list.isEmpty()) {
            return Optional.of(malformed(name + ": not a list of key=value"));
        }
        return required.stream()
                .filter(property -> list.get().get(property).isEmpty())
                .findFirst()
                .map(property -> malformed(name + "." + property + ": property is missing and it is not optional"));
    }

    private static String malformed(String text) {
        return "invalid format - format error\n" + text + "\n";
    }
}
