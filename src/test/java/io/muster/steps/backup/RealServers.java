package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.storage.InstalledPostgres;
import io.muster.storage.LocalPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The servers of Debian. */
final class RealServers {

    private RealServers() {}

    static final class Postgresql extends RealServer {
        private final LocalPostgres server;

        Postgresql(Path directory) {
            super(directory);
            server = InstalledPostgres.version15(directory);
            sql("postgres", "create role keeper");
            sql(
                    "postgres",
                    "create database shop owner keeper template template0 encoding 'UTF8' lc_collate 'POSIX' lc_ctype 'POSIX'"
                            + " connection limit 77");
            sql(
                    "postgres",
                    "alter database shop set work_mem to '5MB'; alter database shop set default_transaction_read_only to off;"
                            + " alter role keeper in database shop set work_mem to '6MB'; revoke connect on database shop from"
                            + " public; grant create on database shop to keeper; comment on database shop is 'of all\n things'");
            sql(
                    "shop",
                    "create table customer (id int primary key, name text); create table item (id int, customer int"
                            + " references customer (id)); insert into item values (1, null)");
        }

        String password() {
            return server.password();
        }

        void schema(String sql) {
            sql("shop", sql);
        }

        String run(String database, String sql) {
            return sql(database, sql);
        }

        /** As an administrator of its host says where it is: libpq's connection service file. */
        void reachable(Path file) throws IOException {
            Files.writeString(
                    file,
                    "[shop]\nhost=127.0.0.1\nport=" + server.port() + "\nuser=" + server.superuser() + "\npassword="
                            + server.password() + "\ndbname=shop\n");
        }

        private String sql(String database, String sql) {
            return run(
                    Map.of("PGPASSWORD", server.password()),
                    InstalledPostgres.program("psql").toString(),
                    "-XAqt",
                    "-h127.0.0.1",
                    "-p" + server.port(),
                    "-U" + server.superuser(),
                    "-vON_ERROR_STOP=1",
                    "-d" + database,
                    "-c" + sql);
        }

        /** Owned by a role that only this cluster has; without it no table of it can be made. */
        void ownedBySomebody() {
            sql("shop", "create role somebody; alter table item owner to somebody");
        }

        void somebodyIsGone() {
            sql("shop", "reassign owned by somebody to current_user; drop role somebody");
        }

        String databases() {
            return sql(
                    "postgres",
                    "select string_agg(datname, ' ' order by datname) from pg_database where datname ~ 'shop'");
        }

        @Override
        int port() {
            return server.port();
        }

        @Override
        DataItem item() {
            return item("postgresql", Optional.of("shop"), Optional.of(server.superuser()), Optional.empty());
        }

        @Override
        void write(String value) {
            sql(
                    "shop",
                    "delete from customer; insert into customer select n, '" + value
                            + "' || n from generate_series(1, 2000) n");
        }

        @Override
        String read() {
            return sql(
                    "shop",
                    "select count(*) || ' ' || min(name) || ' ' || (select concat_ws(' ', pg_get_userbyid(datdba),"
                            + " pg_encoding_to_char(encoding), datcollate, datconnlimit, (select string_agg(a::text, ' ' order by a::text)"
                            + " from unnest(datacl) a), shobj_description(oid, 'pg_database'),"
                            + " (select string_agg(setrole || setconfig::text, ' ' order by setrole) from pg_db_role_setting where"
                            + " setdatabase = d.oid)) from pg_database d where datname = 'shop') from customer");
        }

        @Override
        public void close() {
            server.close();
        }
    }

    static final class Mariadb extends RealServer {

        Mariadb(Path directory) {
            super(directory);
            require("mariadbd", "mariadb-server");
            run(
                    "mariadb-install-db",
                    "--no-defaults",
                    "--datadir=" + directory,
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                    "--user=" + System.getProperty("user.name"));
            begin(
                    Map.of(),
                    "mariadbd",
                    "--no-defaults",
                    "--datadir=" + directory,
                    "--socket=" + socket(),
                    "--port=" + port,
                    "--bind-address=127.0.0.1",
                    "--pid-file=" + directory + "/pid",
                    "--user=" + System.getProperty("user.name"));
            awaitAnswer("1", "mariadb", "--no-defaults", "--socket=" + socket(), "-uroot", "-e", "select 1");
            sql(
                    "create database shop character set latin1 collate latin1_german2_ci; grant all on *.* to 'backup'@'%' identified by 'geheim-1'; use shop;"
                            + " create table customer (id int primary key, name varchar(80)) engine=innodb;"
                            + " create table item (id int, customer int, foreign key (customer) references customer (id))"
                            + " engine=innodb; insert into item values (1, null); create table `a``\\имя` (id int) engine=innodb;"
                            + " create sequence number start with 7 nocache");
        }

        private String socket() {
            return directory + "/s";
        }

        String sql(String sql) {
            return run(
                    "mariadb",
                    "--no-defaults",
                    "--default-character-set=utf8mb4",
                    "--socket=" + socket(),
                    "-uroot",
                    "-BN",
                    "-e",
                    sql);
        }

        @Override
        String whatCannotComeBack() {
            sql("create table shop.price (id int primary key) with system versioning");
            return "table with history, system versioned price";
        }

        @Override
        void withoutIt() {
            sql("drop table shop.price");
        }

        @Override
        boolean checksummed() {
            return false;
        }

        @Override
        DataItem item() {
            return item("mariadb", Optional.of("shop"), Optional.of("backup"), Optional.empty());
        }

        @Override
        void write(String value) {
            sql("use shop; delete from customer; insert into customer select seq, concat('" + value
                    + "', seq) from seq_1_to_2000; do nextval(number)");
        }

        @Override
        String read() {
            return sql("select concat_ws(' ', count(*), min(name), (select next_not_cached_value from shop.number),"
                    + " (select default_collation_name from information_schema.schemata where schema_name = 'shop'),"
                    + " (select count(*) from shop.`a``\\имя`)) from shop.customer");
        }
    }

    static final class Redis extends RealServer {

        private final String inside;

        Redis(Path directory, String inside) {
            super(directory);
            this.inside = inside;
            require("redis-server", "redis-server");
            startSwapped();
        }

        @Override
        void startSwapped() {
            begin(
                    Map.of(),
                    "redis-server",
                    "--port",
                    "" + port,
                    "--bind",
                    "127.0.0.1",
                    "--dir",
                    directory.toString(),
                    "--save",
                    "",
                    "--appendonly",
                    "yes",
                    "--repl-diskless-sync-delay",
                    "0",
                    "--requirepass",
                    "geheim-1");
            awaitAnswer("PONG", "redis-cli", "--no-auth-warning", "-a", "geheim-1", "-p", "" + port, "ping");
        }

        @Override
        boolean livesOn() {
            return true;
        }

        @Override
        void stopToSwap() {
            close();
        }

        @Override
        String whatCannotComeBack() {
            cli("replicaof", "127.0.0.1", "1");
            return "the server is a replica of 127.0.0.1";
        }

        @Override
        void withoutIt() {
            cli("replicaof", "no", "one");
        }

        String cli(String... words) {
            String[] command = new String[words.length + 3];
            command[0] = "redis-cli";
            command[1] = "-p";
            command[2] = "" + port;
            System.arraycopy(words, 0, command, 3, words.length);
            return run(Map.of("REDISCLI_AUTH", "geheim-1"), command);
        }

        @Override
        DataItem item() {
            DataItem plain = item("redis", Optional.empty(), Optional.empty(), Optional.of(inside));
            return new DataItem(
                    plain.name(),
                    plain.type(),
                    plain.host(),
                    plain.paths(),
                    plain.address(),
                    plain.port(),
                    plain.database(),
                    plain.user(),
                    Optional.of(io.muster.inventory.SecretRef.parse("secret:db-password")),
                    plain.directory(),
                    plain.vzdump());
        }

        @Override
        void write(String value) {
            cli("set", "name", value.repeat(500));
            cli("save");
        }

        @Override
        String read() {
            return cli("get", "name");
        }
    }

    static final class Etcd extends RealServer {

        private final String inside;

        Etcd(Path directory, String inside) {
            super(directory);
            this.inside = inside;
            require("etcd", "etcd-server");
            require("etcdctl", "etcd-client");
            startSwapped();
        }

        @Override
        void startSwapped() {
            int peer = freePort();
            begin(
                    Map.of(),
                    "etcd",
                    "--data-dir",
                    directory.toString(),
                    "--listen-client-urls",
                    "http://127.0.0.1:" + port,
                    "--advertise-client-urls",
                    "http://127.0.0.1:" + port,
                    "--listen-peer-urls",
                    "http://127.0.0.1:" + peer);
            Map<String, String> env = env();
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> run(env, "etcdctl", "endpoint", "health").contains("is healthy"));
        }

        private Map<String, String> env() {
            return Map.of("ETCDCTL_API", "3", "ETCDCTL_ENDPOINTS", "127.0.0.1:" + port);
        }

        @Override
        boolean livesOn() {
            return true;
        }

        @Override
        void stopToSwap() {
            close();
        }

        @Override
        DataItem item() {
            return item("etcd", Optional.empty(), Optional.empty(), Optional.of(inside));
        }

        @Override
        void write(String value) {
            put("name", value.repeat(500));
        }

        void put(String key, String value) {
            run(env(), "etcdctl", "put", key, value);
        }

        void delete(String key) {
            run(env(), "etcdctl", "del", key);
        }

        @Override
        String read() {
            return run(env(), "etcdctl", "get", "name", "--print-value-only");
        }
    }

    /** The one that {@code muster.test.couchdb} names ({@code port:user:password}, on loopback), else one of the test's own. */
    static final class Couchdb extends RealServer {

        private final FakeCouch own;
        private final int port;
        private final String login;

        Couchdb(Path directory) throws IOException {
            super(directory);
            require("python3", "python3-minimal");
            String[] given = System.getProperty("muster.test.couchdb", "").split(":", 2);
            own = given.length == 2 ? null : new FakeCouch("backup", "geheim-1");
            port = own == null ? Integer.parseInt(given[0]) : own.port();
            login = own == null ? given[1] : "backup:geheim-1";
        }

        @Override
        int port() {
            return port;
        }

        @Override
        boolean wiped() {
            return false;
        }

        @Override
        boolean checksummed() {
            return false;
        }

        @Override
        DataItem item() {
            return item("couchdb", Optional.of("shop"), Optional.of(login.split(":")[0]), Optional.empty());
        }

        private String http(String method, String path, String body) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login.getBytes()))
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            try {
                return HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        void write(String value) {
            http("DELETE", "/shop", "");
            http("PUT", "/shop", "");
            String docs = IntStream.range(0, 250)
                    .mapToObj(n -> "{\"_id\": \"doc %03d\", \"_rev\": \"1-%s%03d\", \"name\": \"%s\", \"n\": %s}"
                            .formatted(n, "0".repeat(29), n, value, n == 7 ? "9007199254740993" : "1.5"))
                    .collect(Collectors.joining(","));
            String attached =
                    ",{\"_id\": \"attached/é\", \"_rev\": \"1-%s\", \"_attachments\": {\"a.txt\": {\"content_type\": \"text/plain\","
                            + " \"data\": \"aGFsbG8=\"}}}";
            http(
                    "POST",
                    "/shop/_bulk_docs",
                    "{\"new_edits\": false, \"docs\": [" + docs + attached.formatted("a".repeat(32)) + "]}");
        }

        @Override
        String read() {
            return http("GET", "/shop", "").replaceAll(".*(\"doc_count\":\\d+).*", "$1")
                    + http("GET", "/shop/doc%20007", "")
                    + http("GET", "/shop/attached%2F%C3%A9?attachments=true", "");
        }

        @Override
        public void close() {
            if (own != null) {
                own.close();
            }
        }
    }
}
