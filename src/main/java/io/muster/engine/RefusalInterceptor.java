package io.muster.engine;

import java.util.Optional;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;

/** The outermost interceptor: asks the guard, and hands refusals on as they were made, not wrapped by listeners. */
final class RefusalInterceptor extends CommandInterceptor {

    private final RunGuard guard;

    RefusalInterceptor(RunGuard guard) {
        this.guard = guard;
    }

    @Override
    public <T> T execute(Command<T> command) {
        if (Context.getCommandContext() == null) {
            guard.check(command);
        }
        try {
            return next.execute(command);
        } catch (RuntimeException e) {
            Optional<Refused> refused = Refused.in(e);
            if (refused.isPresent()) {
                throw refused.get();
            }
            throw e;
        }
    }
}
