package io.muster.bench;

import io.muster.storage.LocalPostgres;
import io.muster.storage.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What a step costs in a database that holds many finished runs, beside one that holds none: two databases of one
 * PostgreSQL, in turns. The finished runs are copies of one that was really run, in the engine's history and in the journal.
 */
class HistoryBenchmark {

    private static final int TASKS = 10;
    private static final int RUNS = Integer.getInteger("bench.runs", 100_000);
    private static final int INSTANCES = Integer.getInteger("bench.instances", 60);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final int THREADS = Integer.getInteger("bench.threads", 4);
    private static final Path DIRECTORY = Path.of("target", "bench", "history").toAbsolutePath();

    /** Ids get the copy's number, times go back by as many minutes. */
    private static final String COPY =
            """
            do $$
            declare
                t record;
                columns text;
                copies text;
                template text := (select id from run);
            begin
                for t in select * from (values
                    ('act_hi_procinst', 'proc_inst_id_'), ('act_hi_actinst', 'proc_inst_id_'),
                    ('act_hi_job_log', 'process_instance_id_'), ('act_hi_varinst', 'proc_inst_id_'),
                    ('act_hi_detail', 'proc_inst_id_'), ('run', 'id'), ('run_inventory', 'root_run_id'),
                    ('audit_event', 'root_run_id'), ('audit_head', 'root_run_id'), ('step_run', 'run_id'),
                    ('step_log', null), ('step_effect', null)) v (name, key)
                loop
                    select string_agg(quote_ident(c.column_name), ', '),
                           string_agg(case
                               when c.data_type = 'uuid' then format('md5(t.%1$I::text || n)::uuid', c.column_name)
                               when c.data_type like 'timestamp%' then
                                   format('t.%I - n * interval ''1 minute''', c.column_name)
                               when c.column_name = any (array['id', 'root_id', 'run_id', 'root_run_id', 'job_id', 'id_',
                                   'proc_inst_id_', 'process_instance_id_', 'root_proc_inst_id_', 'execution_id_',
                                   'act_inst_id_', 'parent_act_inst_id_', 'job_id_', 'var_inst_id_'])
                                   then format('t.%I || ''-'' || n', c.column_name)
                               else format('t.%I', c.column_name) end, ', ')
                    into columns, copies
                    from information_schema.columns c
                    where c.table_schema = 'public' and c.table_name = t.name and c.is_identity = 'NO';
                    execute format('insert into %I (%s) select %s from %I t, generate_series(1, RUNS) n %s',
                        t.name, columns, copies, t.name,
                        case when t.key is null then '' else format('where t.%I = %L', t.key, template) end);
                end loop;
            end $$
            """;

    @Test
    void aStepBesideFinishedRuns() throws IOException, SQLException {
        Files.createDirectories(DIRECTORY);
        try (LocalPostgres postgres = LocalPostgres.start(DIRECTORY);
                StepBench empty = bench(postgres, "without");
                StepBench full = bench(postgres, "with_history")) {
            full.threads(1);
            full.round(StepBench.TELLING, 1);
            fill(postgres);
            measure(empty, full);
        }
    }

    private static StepBench bench(LocalPostgres postgres, String database) throws IOException, SQLException {
        asSuperuser(
                postgres,
                "postgres",
                "drop database if exists " + database,
                "create database " + database + " owner " + postgres.user());
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(postgres.url(database));
        dataSource.setUser(postgres.user());
        dataSource.setPassword(postgres.password());
        new Migrations(dataSource).migrate();
        return new StepBench(
                DIRECTORY.resolve(database), postgres.url(database), postgres.user(), postgres.password(), TASKS);
    }

    private static void fill(LocalPostgres postgres) throws SQLException {
        long begin = System.nanoTime();
        asSuperuser(
                postgres,
                "with_history",
                // Without triggers: the copies are as good as what they are copied from.
                "set session_replication_role = replica",
                COPY.replace("RUNS", Integer.toString(RUNS)));
        asSuperuser(postgres, "with_history", "vacuum analyze", "checkpoint");
        System.out.println(RUNS + " finished runs made in " + (System.nanoTime() - begin) / 1_000_000_000 + " s");
    }

    private static void asSuperuser(LocalPostgres postgres, String database, String... statements) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(postgres.url(database), postgres.superuser(), postgres.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void measure(StepBench empty, StepBench full) throws IOException {
        empty.threads(THREADS);
        full.threads(THREADS);
        Map<String, List<Double>> without = new LinkedHashMap<>();
        Map<String, List<Double>> with = new LinkedHashMap<>();
        for (int round = -1; round < ROUNDS; round++) {
            for (String kind : List.of(StepBench.BARE, StepBench.JOURNALLED, StepBench.TELLING)) {
                double one = empty.round(kind, INSTANCES) * 1000 / (INSTANCES * TASKS);
                double other = full.round(kind, INSTANCES) * 1000 / (INSTANCES * TASKS);
                // The first is to warm up.
                if (round >= 0) {
                    without.computeIfAbsent(kind, it -> new ArrayList<>()).add(one);
                    with.computeIfAbsent(kind, it -> new ArrayList<>()).add(other);
                }
            }
        }
        report(without, with);
    }

    private static void report(Map<String, List<Double>> without, Map<String, List<Double>> with) throws IOException {
        Figures figures = new Figures(
                "history", "task", "ms a task without finished runs", "with " + RUNS, "times, median (min–max)");
        without.forEach((kind, one) -> {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < one.size(); i++) {
                ratios.add(with.get(kind).get(i) / one.get(i));
            }
            figures.row(kind, Figures.of(one, 2), Figures.of(with.get(kind), 2), Figures.of(ratios, 2));
        });
        figures.print();
    }
}
