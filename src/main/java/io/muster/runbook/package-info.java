/**
 * Runbooks as files: reading, linting and deploying BPMN, DMN and forms, and generating from the step catalogue what
 * Camunda Modeler and the documentation show.
 *
 * <p>{@link io.muster.runbook.RunbookFiles} is a folder of them, {@link io.muster.runbook.RunbookLinter} says what is
 * wrong with it, {@link io.muster.runbook.RunbookDeployer} brings it into the engine, all or nothing.
 */
package io.muster.runbook;
