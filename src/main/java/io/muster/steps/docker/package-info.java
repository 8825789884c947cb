/** Containers and images on a host's Docker engine. */
package io.muster.steps.docker;
