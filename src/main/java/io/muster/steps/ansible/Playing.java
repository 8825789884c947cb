package io.muster.steps.ansible;

import io.muster.remote.DurableCommands;
import io.muster.step.StepContext;
import io.muster.steps.OutputTail;

/** Passes a playbook's output on to the log, and reads its recap. */
final class Playing implements DurableCommands.Output {

    private final OutputTail tail;
    private final Recap recap = new Recap();

    Playing(StepContext context) {
        tail = new OutputTail(context);
    }

    @Override
    public void out(byte[] bytes, int offset, int length) {
        tail.out(bytes, offset, length);
        recap.add(bytes, offset, length);
    }

    @Override
    public void err(byte[] bytes, int offset, int length) {
        tail.err(bytes, offset, length);
    }

    @Override
    public void cut(boolean error, DurableCommands.Cut cut) {
        tail.cut(error, cut);
        if (!error) {
            recap.gap();
            recap.add(cut.tail(), 0, cut.tail().length);
        }
    }

    @Override
    public void note(String line) {
        tail.note(line);
    }

    Recap recap() {
        return recap;
    }

    String lastWords() {
        return tail.lastWords();
    }
}
