package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** The data types that there are. */
@Component
final class DataTypes {

    private final Map<String, DataType> types = new TreeMap<>();

    DataTypes(List<DataType> found) {
        found.forEach(type -> types.put(type.name(), type));
    }

    DataType of(DataItem item) {
        DataType type = types.get(item.type());
        if (type == null) {
            throw new StepFailure.Rejected(
                    Reason.NOT_IN_INVENTORY, unknown(item) + ". Mend `backup` in the inventory.");
        }
        return type;
    }

    /** @throws StepFailure InvalidInput with everything that is wrong with the plan's data */
    void check(Inventory.Service service, List<DataItem> items) {
        List<String> wrong = new ArrayList<>();
        for (DataItem item : items) {
            DataType type = types.get(item.type());
            if (type == null) {
                wrong.add(unknown(item));
            } else {
                type.problems(item).forEach(problem -> wrong.add("data item '" + item.name() + "' " + problem));
            }
        }
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "The backup plan of " + service.name() + " cannot be carried out: " + String.join("; ", wrong)
                            + ". Mend `backup` in the inventory.");
        }
    }

    private String unknown(DataItem item) {
        return "data item '" + item.name() + "' has type '" + item.type() + "', which Muster does not know (it knows "
                + String.join(", ", types.keySet()) + ")";
    }
}
