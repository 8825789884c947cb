/**
 * Connections to what runbooks change: pooled SSH, Docker engines, image registries, the Proxmox API, HTTP and DNS as an
 * environment sees them. Every failure leaves here as a {@link io.muster.step.StepFailure} with its reason.
 */
package io.muster.remote;
