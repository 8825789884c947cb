package io.muster.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Looks at what {@link Bench} ran in a test, see {@link TwiceEqualsOnce}. */
final class TwiceEqualsOnceCheck implements BeforeTestExecutionCallback, AfterTestExecutionCallback {

    private static final List<Run> RUNS = new ArrayList<>();

    /** A step that changes something and came to its end. */
    record Run(String step, String input, boolean effect) {}

    static synchronized void ran(Run run) {
        RUNS.add(run);
    }

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        synchronized (TwiceEqualsOnceCheck.class) {
            RUNS.clear();
        }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            return;
        }
        TwiceEqualsOnce says = context.getRequiredTestMethod().getAnnotation(TwiceEqualsOnce.class);
        List<String> missing = new ArrayList<>();
        for (String step : says.value()) {
            if (!shown(step, false)) {
                missing.add("'" + step
                        + "' was not run twice in a row with the same input, with an effect and then without");
            }
        }
        for (String step : says.again()) {
            if (!shown(step, true)) {
                missing.add("'" + step + "' was not run twice in a row with the same input, each time with its effect");
            }
        }
        if (!missing.isEmpty()) {
            throw new AssertionError(String.join("; ", missing) + ". It ran: " + RUNS);
        }
    }

    private static synchronized boolean shown(String step, boolean again) {
        return IntStream.range(1, RUNS.size()).anyMatch(i -> {
            Run first = RUNS.get(i - 1);
            Run second = RUNS.get(i);
            return first.step().equals(step)
                    && second.step().equals(step)
                    && first.input().equals(second.input())
                    && first.effect()
                    && second.effect() == again;
        });
    }
}
