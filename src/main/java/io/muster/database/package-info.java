/** What the database says, in the words in which the rest of Muster hears it. */
package io.muster.database;
