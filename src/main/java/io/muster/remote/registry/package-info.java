/** Image registries by the Docker Registry HTTP API v2: tags, digests, and the log-ins that registries ask for. */
package io.muster.remote.registry;
