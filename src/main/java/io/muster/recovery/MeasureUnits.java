package io.muster.recovery;

import static io.muster.recovery.Measure.Unit.BYTES;
import static io.muster.recovery.Measure.Unit.CHANGES;
import static io.muster.recovery.Measure.Unit.PERCENT;
import static io.muster.recovery.Measure.Unit.SECONDS;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What each measure is measured in, in the order in which people are shown them. */
public final class MeasureUnits {

    public static final Map<String, Measure.Unit> ALL = all();

    private MeasureUnits() {}

    private static Map<String, Measure.Unit> all() {
        Map<String, Measure.Unit> units = new LinkedHashMap<>();
        units.put(Measures.DEPLOYMENT_TIME, SECONDS);
        units.put(Measures.IDEMPOTENCY, CHANGES);
        units.put(Measures.EXTERNAL_SUCCESS, PERCENT);
        units.put(Measures.BACKUP_TIME, SECONDS);
        units.put(Measures.BACKUP_SIZE, BYTES);
        units.put(Measures.RESTORE_TIME, SECONDS);
        units.put(Measures.RESTORE_SIZE, BYTES);
        units.put(Measures.RTO, SECONDS);
        units.put(Measures.RTO_MACHINE, SECONDS);
        units.put(Measures.RTO_PEOPLE, SECONDS);
        units.put(Measures.RPO, SECONDS);
        return Collections.unmodifiableMap(units);
    }
}
