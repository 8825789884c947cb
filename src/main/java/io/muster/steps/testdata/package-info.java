/** Test data: filling a service with it, finding it again record by record, taking it away. */
package io.muster.steps.testdata;
