/**
 * Where Muster keeps things: the data directory with its lock, the database (the embedded PostgreSQL of the sandbox, or an
 * external one), the two connection pools, and the migrations.
 */
package io.muster.storage;
