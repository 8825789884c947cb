package io.muster.sandbox.proxmox;

import io.muster.sandbox.RootedPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Containers made from a template, and restored from a backup. */
final class CreationResource implements Resource {
    private static final List<String> NOT_CONFIGURATION = List.of(
            "vmid",
            "ostemplate",
            "storage",
            "restore",
            "force",
            "unique",
            "start",
            "password",
            "ssh-public-keys",
            "pool",
            "bwlimit",
            "ignore-unpack-errors");

    private final Site site;
    private final Restoration restoration;
    private final Boot boot;

    CreationResource(Site site) {
        this.site = site;
        this.boot = new Boot(site);
        this.restoration = new Restoration(site, boot);
    }

    @Override
    public void enter(Router router) {
        ParameterType flag = ParameterType.flag();
        Parameters creation = ConfigSchema.OPTIONS
                .required("ostemplate", ParameterType.text(255))
                .required("vmid", Router.VMID)
                .optional("storage", ParameterType.text())
                .optional("restore", flag)
                .optional("force", flag)
                .optional("unique", flag)
                .optional("start", flag)
                .optional("ignore-unpack-errors", flag)
                .optional("password", ParameterType.text())
                .optional("ssh-public-keys", ParameterType.lines(Integer.MAX_VALUE))
                .optional("pool", ParameterType.text())
                .optional("bwlimit", ParameterType.number(0, Integer.MAX_VALUE));
        router.add("POST", "/nodes/{node}/lxc", creation, this::create);
    }

    private Object create(ApiRequest request) {
        int vmid = request.number("vmid", 0);
        if (!request.token().allows("/vms/" + vmid, "VM.Allocate")) {
            throw ApiError.forbidden("");
        }
        request.require("/storage/" + StorageFiles.NAME, "Datastore.AllocateSpace");
        Map<String, String> options = new TreeMap<>(request.parameters());
        options.keySet().removeAll(NOT_CONFIGURATION);
        options.putIfAbsent("unprivileged", "1");
        new ConfigChange(options, java.util.Set.of())
                .requirePermitted(
                        request, vmid, new ContainerConfig(Map.of("unprivileged", options.get("unprivileged"))));
        if (request.isSet("restore")) {
            return restoration.start(request, vmid, options);
        }
        site.containers().requireAbsent(vmid);
        return fromTemplate(request, vmid, options);
    }

    private Object fromTemplate(ApiRequest request, int vmid, Map<String, String> options) {
        options.putIfAbsent("hostname", "CT" + vmid);
        options.putIfAbsent("memory", "512");
        options.putIfAbsent("swap", "512");
        options.putIfAbsent("arch", HostBackend.architecture());
        options.putIfAbsent("ostype", "debian");
        ContainerConfig config = ConfigChange.normalized(Volumes.allocate(vmid, Volumes.withRoot(options), 0));
        site.containers().reserve(vmid, config);
        return site.tasks().start("vzcreate", String.valueOf(vmid), request.token(), log -> site.containers()
                .exclusively(vmid, () -> create(request, vmid, config, log)));
    }

    private void create(ApiRequest request, int vmid, ContainerConfig config, TaskLog log) {
        try {
            String template = request.parameter("ostemplate").orElseThrow();
            Path archive = site.storage()
                    .file(template)
                    .orElseThrow(() -> new TaskFailure(
                            "unable to create CT " + vmid + " - volume '" + template + "' does not exist"));
            site.backend().create(vmid, config, log);
            log.line("extracting archive '" + archive + "'");
            Path root = site.backend().root(vmid);
            RootArchive.unpack(archive, root);
            request.parameter("ssh-public-keys").ifPresent(keys -> authorize(root, keys));
            site.containers().release(vmid);
        } catch (TaskFailure e) {
            log.line(e.getMessage());
            site.backend().destroy(vmid, log);
            site.containers().remove(vmid);
            throw e;
        }
        boot.startIfAsked(request, vmid, log);
    }

    /** Lets them log in as root. */
    private static void authorize(Path root, String keys) {
        try {
            // The template is somebody else's: no link in it leads out of the root.
            Path directory = RootedPaths.createDirectories(root, "/root/.ssh");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            Path file = RootedPaths.resolve(root, "/root/.ssh/authorized_keys", true);
            Files.writeString(file, keys.strip() + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new TaskFailure("unable to write the SSH keys for " + root + " - " + e.getMessage());
        }
    }
}
