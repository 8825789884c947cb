package io.muster.inventory;

import java.util.Optional;

/**
 * The Ansible automation of a service; paths relative to the project's directory on the control host.
 *
 * @param expectedChanges how many changes a second run may report
 * @param vaultPassword what opens the project's vault, where it has one
 */
public record Automation(
        String role, String playbook, String inventory, int expectedChanges, Optional<SecretRef> vaultPassword) {}
