package io.muster.runbook;

import java.util.Locale;

/** What the linter looks at. Why each is a rule, and how to satisfy it: {@code docs/lint.md}. */
public enum Rule {
    WELL_FORMED,
    SCHEMA,
    ONE_PROCESS,
    PROCESS_ID,
    PROCESS_NAME,
    EXECUTABLE,
    HISTORY_TIME_TO_LIVE,
    DUPLICATE_ID,
    ELEMENT_ID,
    ELEMENT_NAME,
    GATEWAY_QUESTION,
    UNSUPPORTED_ELEMENT,
    STEP_REFERENCE,
    ASYNC_BEFORE,
    FAN_OUT,
    RETRY_CYCLE,
    INPUT_MISSING,
    INPUT_UNKNOWN,
    INPUT_VALUE,
    SECRET_LITERAL,
    OUTPUT_UNKNOWN,
    SCRIPT,
    LISTENER,
    EXPRESSION,
    BOUNDARY_EVENT,
    ERROR_CODE,
    EVENT_DEFINITION,
    FLOW_CONDITION,
    DEFAULT_FLOW,
    TASK_GROUPS,
    APPROVAL,
    INITIATOR,
    START_VARIABLES,
    LOCK,
    WHEN_CANCELLED,
    FORM,
    CALL_ACTIVITY,
    DECISION,
    FAILED_STEP,
    UNREACHABLE,
    DEAD_END,
    LAYOUT,
    /** What only the engine itself finds, when it reads the diagram. */
    ENGINE;

    /** As people see and write it: {@code async-before}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
