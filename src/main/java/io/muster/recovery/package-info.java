/** What is known of each service: what runs, how it is, when its recovery was last proven. Read from the journal. */
package io.muster.recovery;
