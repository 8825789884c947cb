package io.muster.inventory;

/**
 * The Ansible automation of a service; paths relative to the project's directory on the control host.
 *
 * @param expectedChanges how many changes a second run may report
 */
public record Automation(String role, String playbook, String inventory, int expectedChanges) {}
