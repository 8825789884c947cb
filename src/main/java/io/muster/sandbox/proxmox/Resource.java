package io.muster.sandbox.proxmox;

import java.util.Map;

/** A part of the API: it enters its methods into the router. */
interface Resource {
    void enter(Router router);

    /** Answers a request with the content of {@code data}. */
    @FunctionalInterface
    interface Method {
        Object call(ApiRequest request);
    }

    /**
     * An answer with more than {@code data} at its top.
     *
     * @param data what {@code data} holds
     * @param more other members, for example {@code total}
     */
    record Answer(Object data, Map<String, Object> more) {}
}
