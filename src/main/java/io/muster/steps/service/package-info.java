/** What the inventory says of a service, and whether what it depends on is there. */
package io.muster.steps.service;
