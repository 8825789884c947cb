package io.muster.sandbox.proxmox;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The storages of the node, and what is in them. */
final class StorageResource implements Resource {
    private static final String STORAGE = "/nodes/{node}/storage/{storage}";
    private static final List<String> PRIVILEGES = List.of("Datastore.Audit", "Datastore.AllocateSpace");

    private final Site site;

    StorageResource(Site site) {
        this.site = site;
    }

    @Override
    public void enter(Router router) {
        Parameters parameters = Parameters.none()
                .optional("content", ParameterType.text())
                .optional("enabled", ParameterType.flag())
                .optional("format", ParameterType.flag())
                .optional("storage", ParameterType.text())
                .optional("target", ParameterType.text());
        router.add("GET", "/nodes/{node}/storage", parameters, this::list);
        router.add("GET", STORAGE + "/status", Parameters.none(), this::status);
        router.add(
                "GET",
                STORAGE + "/content",
                Parameters.none()
                        .optional("content", ParameterType.text())
                        .optional("vmid", ParameterType.integer(100, 999_999_999)),
                this::content);
        router.add(
                "DELETE",
                STORAGE + "/content/{volume}",
                Parameters.none().optional("delay", ParameterType.integer(1, 30)),
                this::delete);
    }

    private Object status(ApiRequest request) {
        Map<String, Object> status = new LinkedHashMap<>(entry(visible(request)));
        status.remove("storage");
        status.remove("used_fraction");
        return status;
    }

    private Object content(ApiRequest request) {
        Storages storage = visible(request);
        if (!storage.name().equals(StorageFiles.NAME)) {
            return List.of();
        }
        return site
                .storage()
                .list(request.parameter("content"), request.parameter("vmid").map(Integer::valueOf))
                .stream()
                .filter(entry -> mayBeSeen(request, storage, entry))
                .toList();
    }

    /** Who may not back a container up sees none of its backups, without an error. */
    private static boolean mayBeSeen(ApiRequest request, Storages storage, Map<String, Object> entry) {
        return !entry.get("content").equals("backup")
                || request.token().allows("/vms/" + entry.get("vmid"), "VM.Backup")
                        && request.token().allows("/storage/" + storage.name(), "Datastore.AllocateSpace");
    }

    private Object delete(ApiRequest request) {
        Storages storage = Storages.named(request.variable("storage"));
        request.require("/storage/" + storage.name(), "Datastore.AllocateSpace");
        String name = request.variable("volume");
        String volume = name.contains(":") ? name : storage.name() + ":" + name;
        Path file = site.storage()
                .file(volume)
                .orElseThrow(() -> ApiError.failed("volume '" + volume + "' does not exist"));
        return site.tasks().start("imgdel", volume.substring(volume.indexOf('/') + 1), request.token(), log -> {
            site.storage().delete(file);
            log.line("Removed volume '" + volume + "'");
        });
    }

    private static Storages visible(ApiRequest request) {
        Storages storage = Storages.named(request.variable("storage"));
        request.requireAny("/storage/" + storage.name(), PRIVILEGES);
        return storage;
    }

    private Object list(ApiRequest request) {
        return Storages.all().stream()
                .filter(storage ->
                        request.parameter("storage").map(storage.name()::equals).orElse(true))
                .filter(storage -> request.parameter("content")
                        .map(text -> holdsAny(storage, text))
                        .orElse(true))
                .filter(storage -> isVisible(request.token(), storage))
                .map(this::entry)
                .toList();
    }

    /** Entries of {@code /cluster/resources}. */
    List<Object> resources(ApiToken token) {
        return Storages.all().stream()
                .filter(storage -> isVisible(token, storage))
                .map(this::resource)
                .toList();
    }

    private Object resource(Storages storage) {
        Map<String, Long> disk = Machine.disk(site.directory());
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("id", "storage/" + site.node() + "/" + storage.name());
        resource.put("type", "storage");
        resource.put("node", site.node());
        resource.put("storage", storage.name());
        resource.put("plugintype", storage.type());
        resource.put("content", String.join(",", storage.content()));
        resource.put("shared", 0);
        resource.put("status", "available");
        resource.put("disk", disk.get("used"));
        resource.put("maxdisk", disk.get("total"));
        return resource;
    }

    private Map<String, Object> entry(Storages known) {
        Map<String, Long> disk = Machine.disk(site.directory());
        Map<String, Object> storage = new LinkedHashMap<>();
        storage.put("storage", known.name());
        storage.put("type", known.type());
        storage.put("content", String.join(",", known.content()));
        storage.put("active", 1);
        storage.put("enabled", 1);
        storage.put("shared", 0);
        storage.put("total", disk.get("total"));
        storage.put("used", disk.get("used"));
        storage.put("avail", disk.get("avail"));
        storage.put("used_fraction", (double) disk.get("used") / disk.get("total"));
        return storage;
    }

    private static boolean holdsAny(Storages storage, String content) {
        return List.of(content.split("[,; ]")).stream().anyMatch(storage::holds);
    }

    private static boolean isVisible(ApiToken token, Storages storage) {
        return token.allowsAny("/storage/" + storage.name(), PRIVILEGES);
    }
}
