package io.muster.inventory;

/** A type of data that a backup plan can have. */
public interface DataTypeName {

    /** As the inventory writes it. */
    String name();
}
