/** Steps that make LXC containers ready: their specification, what is learned of them, Docker and storage in them. */
package io.muster.steps.provision;
