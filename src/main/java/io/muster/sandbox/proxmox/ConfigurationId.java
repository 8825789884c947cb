package io.muster.sandbox.proxmox;

import java.util.Optional;

/** The name of a snapshot. */
record ConfigurationId() implements ParameterType {

    @Override
    public Optional<String> complaint(String name, String value) {
        return value.matches("[A-Za-z][A-Za-z0-9_-]{1,39}")
                ? Optional.empty()
                : Optional.of("invalid format - invalid configuration ID '" + value + "'\n");
    }
}
