package io.muster.engine;

import io.muster.inventory.Secrets;
import io.muster.journal.DecisionJournal;
import io.muster.journal.JournalReader;
import io.muster.journal.Masking;
import io.muster.journal.StepJournal;
import io.muster.step.InputBinder;
import java.time.Clock;

/** What all delegates share. */
record StepRuntime(
        InputBinder binder,
        StepJournal journal,
        JournalReader reader,
        DecisionJournal decisions,
        Masking masking,
        Secrets secrets,
        RunningSteps steps,
        StepTransactions transactions,
        JobLease lease,
        ServerLife life,
        StepGate gate,
        Clock clock) {}
