/** Steps that check and run the Ansible automation of a service on the environment's control host. */
package io.muster.steps.ansible;
