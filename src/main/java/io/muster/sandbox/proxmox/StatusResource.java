package io.muster.sandbox.proxmox;

import java.time.Duration;
import java.util.Map;

/** The state of a container, and what changes it. A UPID means only that the task has begun. */
final class StatusResource implements Resource {
    private static final String STATUS = "/nodes/{node}/lxc/{vmid}/status/";
    private static final int SHUTDOWN_SECONDS = 60;

    private final Site site;
    private final ContainerView view;

    StatusResource(Site site) {
        this.site = site;
        this.view = new ContainerView(site);
    }

    @Override
    public void enter(Router router) {
        Parameters skipLock = Parameters.none().optional("skiplock", ParameterType.flag());
        Parameters timeout = Parameters.none().optional("timeout", ParameterType.integer(0, Integer.MAX_VALUE));
        router.add("GET", STATUS + "current", Parameters.none(), this::current);
        router.add("POST", STATUS + "start", skipLock.optional("debug", ParameterType.flag()), this::start);
        router.add("POST", STATUS + "stop", skipLock.optional("overrule-shutdown", ParameterType.flag()), this::stop);
        router.add("POST", STATUS + "shutdown", timeout.optional("forceStop", ParameterType.flag()), this::shutdown);
        router.add("POST", STATUS + "reboot", timeout, this::reboot);
    }

    private Object current(ApiRequest request) {
        request.require("/vms/" + request.vmid(), "VM.Audit");
        return view.current(request.vmid(), site.containers().get(request.vmid()));
    }

    /** Whether there is such a container, and whether it is locked, shows only in the task. */
    private Object start(ApiRequest request) {
        requirePower(request);
        if (isRunning(request.vmid())) {
            throw ApiError.failed("CT " + request.vmid() + " already running");
        }
        return task("vzstart", request, log -> start(request.vmid(), log));
    }

    private Object stop(ApiRequest request) {
        requirePower(request);
        requireRunning(request.vmid());
        return task("vzstop", request, log -> {
            Containers.requireUnlocked(site.containers().get(request.vmid()));
            requireRunning(request.vmid());
            site.backend().stop(request.vmid(), log);
        });
    }

    private Object shutdown(ApiRequest request) {
        requirePower(request);
        requireRunning(request.vmid());
        return task("vzshutdown", request, log -> shutdown(request, log));
    }

    private Object reboot(ApiRequest request) {
        requirePower(request);
        requireRunning(request.vmid());
        return task("vzreboot", request, log -> {
            shutdown(request, log);
            start(request.vmid(), log);
        });
    }

    private void start(int vmid, TaskLog log) {
        ContainerConfig config = site.containers().get(vmid);
        if (config.isSet("template")) {
            throw new TaskFailure("you can't start a CT if it's a template");
        }
        Containers.requireUnlocked(config);
        if (isRunning(vmid)) {
            throw new TaskFailure("CT " + vmid + " already running");
        }
        site.backend().start(vmid, config, log);
    }

    private void shutdown(ApiRequest request, TaskLog log) {
        int vmid = request.vmid();
        Containers.requireUnlocked(site.containers().get(vmid));
        requireRunning(vmid);
        int seconds = request.number("timeout", SHUTDOWN_SECONDS);
        if (site.backend().shutdown(vmid, Duration.ofSeconds(seconds), log)) {
            return;
        }
        if (!request.isSet("forceStop")) {
            throw new TaskFailure(
                    "command 'lxc-stop -n " + vmid + " --nokill --timeout " + seconds + "' failed: exit code 1");
        }
        site.backend().stop(vmid, log);
    }

    private String task(String type, ApiRequest request, Tasks.Work work) {
        int vmid = request.vmid();
        return site.tasks().start(type, String.valueOf(vmid), request.token(), log -> site.containers()
                .exclusively(vmid, () -> work.run(log)));
    }

    private void requirePower(ApiRequest request) {
        request.require("/vms/" + request.vmid(), "VM.PowerMgmt");
        if (request.isSet("skiplock")) {
            throw ApiError.badParameters(Map.of("skiplock", "Only root may use this option."));
        }
    }

    private void requireRunning(int vmid) {
        if (!isRunning(vmid)) {
            throw ApiError.failed("CT " + vmid + " not running");
        }
    }

    private boolean isRunning(int vmid) {
        return site.backend().isRunning(vmid);
    }
}
