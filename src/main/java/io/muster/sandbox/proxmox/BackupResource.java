package io.muster.sandbox.proxmox;

import java.nio.file.Path;
import java.util.Map;

/** Backups by vzdump. Whether there is such a container, and whether it is locked, shows only in the task. */
final class BackupResource implements Resource {

    private static final String COMPRESS = "compress";

    private final Site site;

    BackupResource(Site site) {
        this.site = site;
    }

    @Override
    public void enter(Router router) {
        ParameterType flag = ParameterType.flag();
        router.add(
                "POST",
                "/nodes/{node}/vzdump",
                Parameters.none()
                        .required("vmid", Router.VMID)
                        .optional("storage", ParameterType.text())
                        .optional("mode", ParameterType.oneOf("snapshot", "suspend", "stop"))
                        .optional(COMPRESS, ParameterType.oneOf("0", "1", "gzip", "lzo", "zstd"))
                        .optional("notes-template", ParameterType.text(1024))
                        .optional("protected", flag)
                        .optional("remove", flag)
                        .optional("quiet", flag),
                this::backup);
        router.add(
                "GET",
                "/nodes/{node}/vzdump/extractconfig",
                Parameters.none().required("volume", ParameterType.text()),
                this::configuration);
    }

    /** As it is in the archive. */
    private Object configuration(ApiRequest request) {
        String volume = request.parameter("volume").orElseThrow();
        Path archive = site.storage()
                .file(volume)
                .orElseThrow(() -> ApiError.failed("volume '" + volume + "' does not exist"));
        int vmid = StorageFiles.owner(archive);
        request.require("/vms/" + vmid, "VM.Backup");
        request.require("/storage/" + volume.replaceFirst(":.*", ""), "Datastore.AllocateSpace");
        try {
            return BackupConfig.text(archive);
        } catch (TaskFailure e) {
            throw ApiError.failed(e.getMessage());
        }
    }

    private Object backup(ApiRequest request) {
        int vmid = request.number("vmid", 0);
        request.require("/vms/" + vmid, "VM.Backup");
        String storage = request.parameter("storage").orElse(StorageFiles.NAME);
        if (!Storages.named(storage).holds("backup")) {
            throw ApiError.failed("storage '" + storage + "' does not support backups");
        }
        request.require("/storage/" + storage, "Datastore.AllocateSpace");
        Backup.Order order = new Backup.Order(
                vmid,
                request.parameter("mode").orElse("snapshot"),
                compression(request.parameter(COMPRESS).orElse("0")),
                request.parameter("notes-template").orElse(""));
        return site.tasks()
                .start("vzdump", String.valueOf(vmid), request.token(), log -> new Backup(site, order, log).run());
    }

    private static RootArchive.Compression compression(String parameter) {
        return Map.of("0", RootArchive.Compression.NONE, "zstd", RootArchive.Compression.ZSTD)
                .getOrDefault(parameter, RootArchive.Compression.GZIP);
    }
}
