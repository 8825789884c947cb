package io.muster.inventory;

/** A name that stands for nothing in the inventory; the message lists what exists. */
public final class InvalidReference extends RuntimeException {
    InvalidReference(String message) {
        super(message);
    }
}
