package io.muster.inventory;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The inventories that runs pinned, kept once each by their hash. Works in the caller's transaction. Thread-safe. */
final class PinnedInventories {

    private static final int MOST = 32;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Map<String, Inventory> parsed = Collections.synchronizedMap(new Recent());

    PinnedInventories(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The first pin of a run stays. */
    void pin(String rootRunId, Inventory inventory) {
        jdbc.sql("insert into inventory_snapshot (hash, source, content, at)"
                        + " values (:hash, :source, cast(:content as jsonb), :now) on conflict (hash) do nothing")
                .param("hash", inventory.hash())
                .param("source", inventory.source())
                .param("content", InventoryJson.write(inventory))
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
        jdbc.sql(
                        "insert into run_inventory (root_run_id, hash) values (:run, :hash) on conflict (root_run_id) do nothing")
                .param("run", rootRunId)
                .param("hash", inventory.hash())
                .update();
    }

    Inventory of(String rootRunId) {
        String hash = jdbc.sql("select hash from run_inventory where root_run_id = :run")
                .param("run", rootRunId)
                .query(String.class)
                .optional()
                .orElseThrow(() -> new IllegalStateException("Run " + rootRunId + " pinned no inventory."));
        Inventory known = parsed.get(hash);
        return known != null ? known : load(hash);
    }

    private Inventory load(String hash) {
        Inventory inventory = jdbc.sql(
                        "select source, content::text as content from inventory_snapshot where hash = :hash")
                .param("hash", hash)
                .query((row, number) -> InventoryJson.read(row.getString("source"), hash, row.getString("content")))
                .single();
        parsed.put(hash, inventory);
        return inventory;
    }

    private static final class Recent extends LinkedHashMap<String, Inventory> {
        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Inventory> eldest) {
            return size() > MOST;
        }
    }
}
