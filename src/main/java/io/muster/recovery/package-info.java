/**
 * What is known of each service: what runs, how it is, what is backed up, when its recovery was last proven. Read from the journal,
 * and recorded by the steps that made it true.
 */
package io.muster.recovery;
