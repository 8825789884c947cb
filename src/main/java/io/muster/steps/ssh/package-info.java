/** Commands and files on hosts, over SSH. */
package io.muster.steps.ssh;
