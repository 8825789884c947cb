/**
 * Backups of services: taken by data type, read back, put back beside what is there and swapped. A data type is one class, a
 * {@link io.muster.steps.backup.DataType}.
 */
package io.muster.steps.backup;
