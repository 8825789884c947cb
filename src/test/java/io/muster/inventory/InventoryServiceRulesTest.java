package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules for services. */
class InventoryServiceRulesTest {

    @TempDir
    Path directory;

    @Test
    void anUnknownContainerListsTheHosts() {
        assertThat(base().with("container: apps-01\n        volumes", "container: app-01\n        volumes")
                        .violations())
                .containsExactly("inventory.yaml:42:20: environments.prod.services.notes.container: there is no host "
                        + "'app-01' in this environment. Hosts: bastion, apps-01. Did you mean 'apps-01'?");
    }

    @Test
    void aContainerWithoutDockerAndClassIsRefusedForBoth() {
        assertThat(base().with("container: apps-01\n        volumes", "container: bastion\n        volumes")
                        .violations())
                .containsExactly(
                        "inventory.yaml:42:20: environments.prod.services.notes.container: host 'bastion' has "
                                + "no class; give it one (core, monitoring, experimental) or name another host.",
                        "inventory.yaml:42:20: environments.prod.services.notes.container: host 'bastion' has "
                                + "no docker; give it one (docker: {endpoint: …}) or name another host.");
    }

    @Test
    void anImageWithATagIsRefused() {
        assertThat(base().with("registry.test:5000/notes", "registry.test:5000/notes:1.0")
                        .violations())
                .containsExactly("inventory.yaml:40:16: environments.prod.services.notes.image: "
                        + "'registry.test:5000/notes:1.0' has a tag; remove it, the version is given when a run "
                        + "starts.");
    }

    @Test
    void anImageWithADigestIsRefused() {
        assertThat(base().with("image: postgres", "image: postgres@sha256:0123").violations())
                .containsExactly("inventory.yaml:35:16: environments.prod.services.database.image: "
                        + "'postgres@sha256:0123' has a digest; remove it, the version is given when a run "
                        + "starts.");
    }

    @Test
    void anImageThatIsNoRepositoryIsRefused() {
        assertThat(base().with("image: postgres", "image: Postgres//x").violations())
                .containsExactly("inventory.yaml:35:16: environments.prod.services.database.image: 'Postgres//x' is "
                        + "not an image's repository; write [registry[:port]/]name in lower case.");
    }

    @Test
    void aRelativeVolumeSourceIsRefused() {
        assertThat(base().with("/srv/persistent/notes:/data", "notes:/data").violations())
                .containsExactly("inventory.yaml:43:19: environments.prod.services.notes.volumes[0]: 'notes:/data' has "
                        + "a source that is not an absolute path; begin it with '/'.");
    }

    @Test
    void aVolumeThatClimbsIsRefused() {
        assertThat(base().with("/srv/persistent/notes:/data", "/srv/persistent/../notes:/data")
                        .violations())
                .containsExactly("inventory.yaml:43:19: environments.prod.services.notes.volumes[0]: "
                        + "'/srv/persistent/../notes:/data' has a source that contains '..' or '.'; write the "
                        + "path out without it.");
    }

    @Test
    void aRelativeVolumeTargetIsRefused() {
        assertThat(base().with("/srv/persistent/notes:/data", "/srv/persistent/notes:data")
                        .violations())
                .containsExactly("inventory.yaml:43:19: environments.prod.services.notes.volumes[0]: "
                        + "'/srv/persistent/notes:data' has a target that is not an absolute path; begin it "
                        + "with '/'.");
    }

    @Test
    void aVolumeOptionOtherThanRoIsRefused() {
        assertThat(base().with("/srv/persistent/notes:/data", "/srv/persistent/notes:/data:rw")
                        .violations())
                .containsExactly("inventory.yaml:43:19: environments.prod.services.notes.volumes[0]: "
                        + "'/srv/persistent/notes:/data:rw' has the option 'rw'; only ro is allowed.");
    }

    @Test
    void aVolumeWithoutTargetIsRefused() {
        assertThat(base().with("/srv/persistent/notes:/data", "/srv/persistent/notes")
                        .violations())
                .containsExactly("inventory.yaml:43:19: environments.prod.services.notes.volumes[0]: "
                        + "'/srv/persistent/notes' is not allowed; expected: source:target or source:target:ro, "
                        + "both absolute paths, for example /srv/persistent/notes:/data.");
    }

    @Test
    void aVolumeOverTheContainersRootIsRefused() {
        assertThat(base().with("/srv/persistent/notes:/data", "/srv/persistent/notes:/")
                        .violations())
                .containsExactly("inventory.yaml:43:19: environments.prod.services.notes.volumes[0]: "
                        + "'/srv/persistent/notes:/' has the container's root as its target; name a directory "
                        + "in it.");
    }

    @Test
    void oneTargetIsMountedOnce() {
        assertThat(base().with(
                                "[\"/srv/persistent/notes:/data\"]",
                                "[\"/srv/persistent/notes:/data\", \"/srv/persistent/more:/data/\"]")
                        .violations())
                .containsExactly("inventory.yaml:43:50: environments.prod.services.notes.volumes[1]: '/data' is the "
                        + "target of volumes[0] already; mount it once.");
    }

    @Test
    void aPublishedPortOutOfRangeIsRefused() {
        assertThat(base().with("[\"8080:8080\"]", "[\"80800:8080\"]").violations())
                .containsExactly("inventory.yaml:44:17: environments.prod.services.notes.ports[0]: '80800:8080' has a "
                        + "port outside 1 to 65535.");
    }

    @Test
    void twoServicesMustNotPublishOnePortOfAContainer() {
        assertThat(base().with("[\"8080:8080\"]", "[\"5432:8080\"]").violations())
                .containsExactly("inventory.yaml:44:17: environments.prod.services.notes.ports[0]: port 5432 of "
                        + "container 'apps-01' is published by service 'database' already; choose another.");
    }

    @Test
    void oneServiceMustNotPublishAPortTwice() {
        assertThat(base().with("[\"8080:8080\"]", "[\"8080:8080\", \"127.0.0.1:8080:8081\"]")
                        .violations())
                .containsExactly("inventory.yaml:44:30: environments.prod.services.notes.ports[1]: port 8080 of "
                        + "container 'apps-01' is published by service 'notes' already; choose another.");
    }

    @Test
    void anUnknownDependencyListsTheServices() {
        assertThat(base().with("dependencies: [database]", "dependencies: [databas]")
                        .violations())
                .containsExactly("inventory.yaml:52:24: environments.prod.services.notes.dependencies[0]: there is no "
                        + "service 'databas' in this environment. Services: database, notes. Did you mean "
                        + "'database'?");
    }

    @Test
    void dependenciesInACircleAreRefused() {
        assertThat(base().with("        ports: [\"127.0.0.1:5432:5432\"]\n", "        dependencies: [notes]\n")
                        .violations())
                .containsExactly("inventory.yaml:52:24: environments.prod.services.notes.dependencies[0]: services "
                        + "depend on each other in a circle: database -> notes -> database; remove one of them.");
    }

    @Test
    void aDependencyOnItselfIsRefused() {
        assertThat(base().with("dependencies: [database]", "dependencies: [notes]")
                        .violations())
                .containsExactly("inventory.yaml:52:24: environments.prod.services.notes.dependencies[0]: services "
                        + "depend on each other in a circle: notes -> notes; remove one of them.");
    }

    @Test
    void aMemoryLimitBelowTheEnginesLeastIsRefused() {
        assertThat(base().with("256MiB", "1MiB").violations())
                .containsExactly("inventory.yaml:47:26: environments.prod.services.notes.limits.memory: '1MiB' is less "
                        + "than 6MiB, the least that a Docker engine takes; give another limit.");
    }

    @Test
    void aMemoryLimitBeyondAllMachinesIsRefused() {
        assertThat(base().with("256MiB", "9999999999GiB").violations())
                .containsExactly("inventory.yaml:47:26: environments.prod.services.notes.limits.memory: "
                        + "'9999999999GiB' is more than any machine has; give another limit.");
    }

    @Test
    void aJsonValueWithoutItsPathIsRefused() {
        assertThat(base().with("/health\"}", "/health\", json-value: UP}").violations())
                .containsExactly("inventory.yaml:49:9: environments.prod.services.notes.health: has a json-value but "
                        + "no json-path; give both or neither.");
    }

    @Test
    void aJsonPathThatCannotBeReadIsRefused() {
        assertThat(base().with("/health\"}", "/health\", json-path: \"$[\", json-value: UP}")
                        .violations())
                .containsExactly("inventory.yaml:49:66: environments.prod.services.notes.health.json-path: '$[' is not "
                        + "a JSON path; write for example $.status.");
    }

    @Test
    void aHealthUrlWithoutHostIsRefused() {
        assertThat(base().with("\"http://127.0.0.3:8080/health\"", "\"http://:8080/health\"")
                        .violations())
                .containsExactly("inventory.yaml:49:23: environments.prod.services.notes.health.url: "
                        + "'http://:8080/health' is not a URL with a host; write http://host[:port]/path.");
    }

    @Test
    void aHealthUrlWithAPortOutOfRangeIsRefused() {
        assertThat(base().with("\"http://127.0.0.3:8080/health\"", "\"http://127.0.0.3:80800/health\"")
                        .violations())
                .containsExactly("inventory.yaml:49:23: environments.prod.services.notes.health.url: "
                        + "'http://127.0.0.3:80800/health' has a port outside 1 to 65535.");
    }

    @Test
    void aHealthCheckBeginsWithCmd() {
        assertThat(base().with("[CMD, check]", "[RUN, check]").violations())
                .containsExactly("inventory.yaml:50:31: environments.prod.services.notes.health-check.test[0]: 'RUN' "
                        + "is not allowed; a test begins with CMD or CMD-SHELL.");
    }

    @Test
    void aShellHealthCheckIsOneLine() {
        assertThat(base().with("[CMD, check]", "[CMD-SHELL, check, \"--all\"]").violations())
                .containsExactly("inventory.yaml:50:31: environments.prod.services.notes.health-check.test[0]: "
                        + "CMD-SHELL takes one shell line, here are 2; join them or use CMD.");
    }

    @Test
    void anIntervalOfNoTimeIsRefused() {
        assertThat(base().with("[CMD, check]}", "[CMD, check], interval: PT0S}").violations())
                .containsExactly("inventory.yaml:50:54: environments.prod.services.notes.health-check.interval: 'PT0S' "
                        + "is no time at all; give more than zero.");
    }

    @Test
    void aDurationBeyondAllTimeIsRefused() {
        assertThat(base().with("rto: PT15M", "rto: P99999999999999999999D").violations())
                .containsExactly("inventory.yaml:53:25: environments.prod.services.notes.recovery.rto: "
                        + "'P99999999999999999999D' is not an ISO-8601 duration; write for example PT15M.");
    }

    @Test
    void aMetricsTargetWithAPortOutOfRangeIsRefused() {
        assertThat(base().with("\"127.0.0.3:8080\"}", "\"127.0.0.3:0\"}").violations())
                .containsExactly("inventory.yaml:51:27: environments.prod.services.notes.metrics.target: '127.0.0.3:0' "
                        + "has a port outside 1 to 65535.");
    }

    @Test
    void aVariableInEnvAndSecretEnvIsRefused() {
        assertThat(base().with("{TITLE: Notes}", "{NOTES_TOKEN: \"\"}").violations())
                .containsExactly("inventory.yaml:46:22: environments.prod.services.notes.secret-env.NOTES_TOKEN: "
                        + "stands in env too; keep only this one.");
    }

    private InventoryFixture base() {
        return new InventoryFixture(directory);
    }
}
