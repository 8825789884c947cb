/** Messages to other systems. */
package io.muster.steps.message;
