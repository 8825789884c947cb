package io.muster.sandbox.proxmox;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the asking token may do. */
final class PermissionsResource implements Resource {
    @Override
    public void enter(Router router) {
        Parameters parameters =
                Parameters.none().optional("path", ParameterType.text()).optional("userid", ParameterType.text());
        router.add("GET", "/access/permissions", parameters, PermissionsResource::permissions);
    }

    private static Object permissions(ApiRequest request) {
        request.parameter("userid")
                .filter(user -> !user.equals(request.token().id()))
                .ifPresent(user -> request.require("/access", "Sys.Audit"));
        Map<String, Object> byPath = new TreeMap<>();
        request.token().permissions().forEach((path, privileges) -> {
            if (request.parameter("path").map(path::equals).orElse(true)) {
                byPath.put(path, asMap(privileges));
            }
        });
        return byPath;
    }

    /** The value says whether the privilege holds below the path too. */
    private static Map<String, Integer> asMap(Set<String> privileges) {
        Map<String, Integer> map = new TreeMap<>();
        privileges.forEach(privilege -> map.put(privilege, 1));
        return map;
    }
}
