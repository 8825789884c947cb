package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.step.StepContext;
import io.muster.steps.HostShell;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Whether data could be put back where it is now: asked before anything is taken away that only a restore brings back. */
@Component
final class Swappable {

    private final Streams streams;
    private final DataTypes types;

    Swappable(Streams streams, DataTypes types) {
        this.streams = streams;
        this.types = types;
    }

    /** Why data items could not be, a sentence each. What cannot be looked at, such as a server that is not there yet, is left to who needs it. */
    List<String> wrong(StepContext context, ServicePlan plan) {
        List<String> wrong = new ArrayList<>();
        for (DataItem item : plan.streamed()) {
            HostShell.Answer answer = streams.ask(
                    context, plan, item, Streams.tag(context), types.of(item).look());
            if (answer.status() == Prelude.NOT_SWAPPABLE || answer.status() == Prelude.LINK) {
                wrong.add("its data '" + item.name() + "' on " + plan.host(item) + " could not be put back: "
                        + answer.errors());
            }
        }
        return wrong;
    }

    /** @throws io.muster.step.StepFailure NotSwappable or SymbolicLink for the first that could not be */
    void demand(StepContext context, ServicePlan plan, List<DataItem> items) {
        items.forEach(item -> look(context, plan, item));
    }

    /** Whether there is data that would be replaced. */
    boolean look(StepContext context, ServicePlan plan, DataItem item) {
        return streams.run(
                        context,
                        plan,
                        item,
                        Streams.tag(context),
                        types.of(item).look(),
                        "Looking at data item '" + item.name() + "'")
                .equals("data");
    }
}
