package io.muster.inventory;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A checked inventory: every reference in it resolves to an entry, secrets stay references. Immutable.
 *
 * @param source the file it came from, as shown to people
 * @param hash SHA-256 of its canonical content, hex; names the pinned copy
 */
public record Inventory(String source, String hash, Map<String, Environment> environments) {

    public Inventory {
        environments = copy(environments);
    }

    public Optional<Environment> environment(String name) {
        return Optional.ofNullable(environments.get(name));
    }

    public record Environment(
            String name,
            String description,
            Approval approval,
            /** host:port of the DNS server that steps ask for names of this environment; empty: the machine's own. */
            Optional<String> resolver,
            /** PEM certificates trusted beside the JDK's own, file content. */
            List<String> trust,
            Map<String, Registry> registries,
            Map<String, Node> nodes,
            Map<String, Host> hosts,
            Optional<Monitoring> monitoring,
            Optional<Archive> archive,
            Facilities facilities,
            Map<String, Service> services) {
        public Environment {
            facilities = facilities == null ? Facilities.NONE : facilities;
            trust = copy(trust);
            registries = copy(registries);
            nodes = copy(nodes);
            hosts = copy(hosts);
            services = copy(services);
        }

        /** One without facilities for recovery. */
        public Environment(
                String name,
                String description,
                Approval approval,
                Optional<String> resolver,
                List<String> trust,
                Map<String, Registry> registries,
                Map<String, Node> nodes,
                Map<String, Host> hosts,
                Optional<Monitoring> monitoring,
                Optional<Archive> archive,
                Map<String, Service> services) {
            this(
                    name,
                    description,
                    approval,
                    resolver,
                    trust,
                    registries,
                    nodes,
                    hosts,
                    monitoring,
                    archive,
                    Facilities.NONE,
                    services);
        }

        /** The same with other entries for its hosts. */
        public Environment with(Map<String, Host> others) {
            return with(others, services);
        }

        Environment withServices(Map<String, Service> others) {
            return with(hosts, others);
        }

        private Environment with(Map<String, Host> hosts, Map<String, Service> services) {
            return new Environment(
                    name,
                    description,
                    approval,
                    resolver,
                    trust,
                    registries,
                    nodes,
                    hosts,
                    monitoring,
                    archive,
                    facilities,
                    services);
        }
    }

    /** Who may approve: a second person, or after a delay the starter alone (recorded as such). */
    public record Approval(Mode mode, Optional<java.time.Duration> delay) {
        public enum Mode {
            SECOND_PERSON,
            SELF_AFTER_DELAY
        }
    }

    /** An image registry, named by its host[:port] as in image references. */
    public record Registry(
            String name, String url, Optional<String> username, Optional<SecretRef> password, List<String> trust) {
        public Registry {
            trust = copy(trust);
        }
    }

    /**
     * A Proxmox VE node and the API that speaks for it.
     *
     * @param fingerprint of the API's certificate (SHA-256, hex with colons); then no other counts, whoever issued it
     * @param host the host of the same environment that the node itself is; through it its containers are learned
     */
    public record Node(
            String name,
            String api,
            String node,
            String tokenId,
            SecretRef tokenSecret,
            List<String> trust,
            Optional<Login> login,
            Optional<String> fingerprint,
            Optional<String> host) {
        public Node {
            trust = copy(trust);
        }

        public Node(String name, String api, String node, String tokenId, SecretRef tokenSecret, List<String> trust) {
            this(name, api, node, tokenId, tokenSecret, trust, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /**
     * For what no API token may do.
     *
     * @param user with the realm: {@code root@pam}
     */
    public record Login(String user, SecretRef password) {}

    /**
     * A machine or LXC container reached over SSH.
     *
     * @param containerClass the LXC container class, empty for a host that runs no services
     * @param container how the LXC container shall be, where Muster provisions it
     * @param persistentStorage absolute paths on this host whose content outlives a container; volumes belong below one
     * @param protectedFromWipe nothing on it may be wiped
     */
    public record Host(
            String name,
            Ssh ssh,
            Optional<ContainerClass> containerClass,
            Optional<Lxc> lxc,
            Optional<ContainerSpec> container,
            Optional<Docker> docker,
            List<String> persistentStorage,
            boolean protectedFromWipe) {
        public Host {
            persistentStorage = copy(persistentStorage);
        }

        /** One that Muster does not provision. */
        public Host(
                String name,
                Ssh ssh,
                Optional<ContainerClass> containerClass,
                Optional<Lxc> lxc,
                Optional<Docker> docker,
                List<String> persistentStorage) {
            this(name, ssh, containerClass, lxc, Optional.empty(), docker, persistentStorage, false);
        }

        /** The same, reached at another address or by other keys. */
        public Host with(Ssh other) {
            return new Host(name, other, containerClass, lxc, container, docker, persistentStorage, protectedFromWipe);
        }
    }

    /**
     * How a host is reached.
     *
     * @param address empty where it is learned and has not been yet
     * @param hostKeys pinned public keys, OpenSSH format ({@code ssh-ed25519 AAAA…})
     * @param jump the name of the host in the same environment to go through
     * @param hostAuthorities public keys whose host certificates are accepted; at least one of these or of {@code hostKeys},
     *     where the keys are not learned
     * @param hostPrincipal the name that a host certificate must be for; empty: the address
     * @param sudoPassword what sudo asks for; empty: sudo must ask for nothing
     * @param loginTimeout for connecting and logging in together; empty: 30 s
     * @param learned whether what the file does not give of address and host keys is learned through the container's node
     */
    public record Ssh(
            String address,
            int port,
            String user,
            List<String> hostKeys,
            Optional<SecretRef> privateKey,
            Optional<SecretRef> passphrase,
            Optional<SecretRef> password,
            Optional<String> jump,
            List<String> hostAuthorities,
            Optional<String> hostPrincipal,
            Optional<Agent> agent,
            Optional<SecretRef> sudoPassword,
            Optional<java.time.Duration> loginTimeout,
            boolean learned) {
        public Ssh {
            hostKeys = copy(hostKeys);
            hostAuthorities = copy(hostAuthorities);
        }

        /** With pinned keys, without an agent or a password for sudo. */
        public Ssh(
                String address,
                int port,
                String user,
                List<String> hostKeys,
                Optional<SecretRef> privateKey,
                Optional<SecretRef> passphrase,
                Optional<SecretRef> password,
                Optional<String> jump) {
            this(
                    address,
                    port,
                    user,
                    hostKeys,
                    privateKey,
                    passphrase,
                    password,
                    jump,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false);
        }

        /** Whether there is an address, and something to know the host by. */
        public boolean known() {
            return !address.isEmpty() && !(hostKeys.isEmpty() && hostAuthorities.isEmpty());
        }

        /** The same at another address. */
        public Ssh at(String other) {
            return with(other, hostKeys);
        }

        /** With what the file leaves out; what it gives stays. */
        public Ssh completed(String learnedAddress, List<String> learnedKeys) {
            return with(
                    address.isEmpty() ? learnedAddress : address,
                    hostKeys.isEmpty() && hostAuthorities.isEmpty() ? learnedKeys : hostKeys);
        }

        private Ssh with(String otherAddress, List<String> otherKeys) {
            return new Ssh(
                    otherAddress,
                    port,
                    user,
                    otherKeys,
                    privateKey,
                    passphrase,
                    password,
                    jump,
                    hostAuthorities,
                    hostPrincipal,
                    agent,
                    sudoPassword,
                    loginTimeout,
                    learned);
        }
    }

    /** An ssh-agent: its socket, or the one that the server's SSH_AUTH_SOCK names. */
    public record Agent(Optional<String> socket) {}

    public record Lxc(String node, int vmid) {}

    /**
     * A Docker engine: {@code ssh} or {@code ssh:///path} (a socket of the host, over its SSH connection), {@code
     * tcp://host:port} (with TLS where certificates are given), or {@code unix:///path} on the server's own machine.
     *
     * @param certificate PEM content; there is a private key exactly when there is a certificate
     */
    public record Docker(
            String endpoint, List<String> trust, Optional<String> certificate, Optional<SecretRef> privateKey) {
        public Docker {
            trust = copy(trust);
        }
    }

    public enum ContainerClass {
        CORE,
        MONITORING,
        EXPERIMENTAL;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static ContainerClass of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * Where metrics targets are registered (Prometheus file_sd) and asked for.
     *
     * @param targetsDirectory absolute directory on {@code host} that Prometheus watches
     */
    public record Monitoring(String prometheusUrl, String host, String targetsDirectory) {}

    /**
     * Where the data of retired services is kept.
     *
     * @param directory absolute, on persistent storage of {@code host}
     */
    public record Archive(String host, String directory) {}

    /**
     * A service.
     *
     * @param image repository without tag: {@code registry.example:5000/notes}
     * @param containerClass the class it belongs to
     * @param container the host (an LXC container) that it runs in
     * @param dependencies names of services in the same environment
     */
    public record Service(
            String name,
            String description,
            String image,
            ContainerClass containerClass,
            String container,
            List<Volume> volumes,
            List<Port> ports,
            Map<String, String> env,
            Map<String, SecretRef> secretEnv,
            Limits limits,
            String restart,
            Optional<Health> health,
            Optional<HealthCheck> healthCheck,
            Optional<Metrics> metrics,
            List<String> dependencies,
            Map<String, String> labels,
            Optional<RecoveryTargets> recovery,
            Optional<Promotion> promotion,
            Qualification qualification) {
        public Service {
            qualification = qualification == null ? Qualification.NONE : qualification;
            volumes = copy(volumes);
            ports = copy(ports);
            env = copy(env);
            secretEnv = copy(secretEnv);
            dependencies = copy(dependencies);
            labels = copy(labels);
        }

        /** One without a plan for its recovery. */
        public Service(
                String name,
                String description,
                String image,
                ContainerClass containerClass,
                String container,
                List<Volume> volumes,
                List<Port> ports,
                Map<String, String> env,
                Map<String, SecretRef> secretEnv,
                Limits limits,
                String restart,
                Optional<Health> health,
                Optional<HealthCheck> healthCheck,
                Optional<Metrics> metrics,
                List<String> dependencies,
                Map<String, String> labels,
                Optional<RecoveryTargets> recovery,
                Optional<Promotion> promotion) {
            this(
                    name,
                    description,
                    image,
                    containerClass,
                    container,
                    volumes,
                    ports,
                    env,
                    secretEnv,
                    limits,
                    restart,
                    health,
                    healthCheck,
                    metrics,
                    dependencies,
                    labels,
                    recovery,
                    promotion,
                    Qualification.NONE);
        }

        /** As it is in the class that it was promoted to; it has no further promotion. */
        public Service promoted(Promotion to) {
            return new Service(
                    name,
                    description,
                    image,
                    to.containerClass(),
                    to.container(),
                    to.volumes().isEmpty() ? volumes : to.volumes(),
                    to.ports().isEmpty() ? ports : to.ports(),
                    env,
                    secretEnv,
                    to.limits().orElse(limits),
                    restart,
                    to.health().or(() -> health),
                    healthCheck,
                    to.metrics().or(() -> metrics),
                    dependencies,
                    labels,
                    recovery,
                    Optional.empty(),
                    qualification);
        }
    }

    /**
     * Where a service goes once it has been validated, and what differs there; what is empty stays as it is.
     *
     * @param after how long it must have run well before
     */
    public record Promotion(
            String container,
            ContainerClass containerClass,
            java.time.Duration after,
            List<Volume> volumes,
            List<Port> ports,
            Optional<Health> health,
            Optional<Metrics> metrics,
            Optional<Limits> limits) {
        public Promotion {
            volumes = copy(volumes);
            ports = copy(ports);
        }
    }

    /** {@code source:target[:ro]}. */
    public record Volume(String source, String target, boolean readOnly) {}

    /** Published on the host's address, or on {@code address} where given; TCP. */
    public record Port(Optional<String> address, int host, int container) {}

    /** What to ask from outside: URL, expected status, optional JSON path with its expected value. */
    public record Health(String url, int status, Optional<String> jsonPath, Optional<String> jsonValue) {}

    private static <T> List<T> copy(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /** In the order of the file. */
    private static <T> Map<String, T> copy(Map<String, T> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
