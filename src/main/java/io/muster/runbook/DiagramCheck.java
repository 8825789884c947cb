package io.muster.runbook;

/** One aspect of a diagram. Checks are independent: none relies on another having passed. */
interface DiagramCheck {
    void check(Diagram diagram, Findings findings);
}
