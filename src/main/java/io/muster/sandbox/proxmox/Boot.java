package io.muster.sandbox.proxmox;

/** Starts a container that was just made, where that was asked for. */
record Boot(Site site) {

    void startIfAsked(ApiRequest request, int vmid, TaskLog log) {
        if (request.isSet("start")) {
            site.backend().start(vmid, site.containers().get(vmid), log);
        }
    }
}
