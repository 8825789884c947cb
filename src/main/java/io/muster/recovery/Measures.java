package io.muster.recovery;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What drills measured and judged. Writes commit by themselves, at once; a step's may be repeated. */
public interface Measures {

    String DEPLOYMENT_TIME = "deployment-time";
    /** From the wipe to verified, all of it. */
    String RTO = "rto";
    /** The part of it in which nobody was waited for. */
    String RTO_MACHINE = "rto-machine";
    /** The part of it in which a task waited for a person. */
    String RTO_PEOPLE = "rto-people";
    /** From the backup to the wipe. */
    String RPO = "rpo";

    String BACKUP_SIZE = "backup-size";
    String BACKUP_TIME = "backup-time";
    String RESTORE_SIZE = "restore-size";
    String RESTORE_TIME = "restore-time";
    /** Changes of the second of two deployments. */
    String IDEMPOTENCY = "idempotency";

    String EXTERNAL_SUCCESS = "external-success";

    void record(String runId, UUID stepRun, Collection<Measure> measures);

    void judge(String runId, UUID stepRun, Collection<Criterion> criteria);

    /** The newest of each name, by name, for each of the runs. */
    Map<String, List<Measure>> of(Collection<String> runIds);

    /** The newest of each phase and name, in their order. */
    List<Criterion> criteria(String runId);
}
