package io.muster.sandbox.proxmox;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checked request.
 *
 * @param variables of the path
 * @param parameters of query and body
 */
record ApiRequest(ApiToken token, Map<String, String> variables, Map<String, String> parameters) {

    String variable(String name) {
        return variables.get(name);
    }

    int vmid() {
        return Integer.parseInt(variable("vmid"));
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    int number(String name, int defaultValue) {
        return parameter(name).map(Integer::parseInt).orElse(defaultValue);
    }

    boolean isSet(String flag) {
        return parameter(flag).filter("1"::equals).isPresent();
    }

    /** @throws ApiError 403 */
    void require(String path, String privilege) {
        if (!token.allows(path, privilege)) {
            throw ApiError.forbidden(path + ", " + privilege);
        }
    }

    /** @throws ApiError 403 when the token has none of them */
    void requireAny(String path, List<String> privileges) {
        if (!token.allowsAny(path, privileges)) {
            throw ApiError.forbidden(path + ", " + String.join("|", privileges));
        }
    }
}
