package io.muster.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationEntity;

/** Brings the groups' authorizations to what {@link Roles} says, also after an upgrade that changes it. */
final class Authorizations {

    private final AuthorizationService service;

    Authorizations(AuthorizationService service) {
        this.service = service;
    }

    void ensure(List<Roles.Grant> grants) {
        Map<String, Roles.Grant> last = new LinkedHashMap<>();
        grants.forEach(
                grant -> last.put(grant.group() + "/" + grant.resource().resourceType() + "/" + grant.id(), grant));
        last.values().forEach(this::ensure);
    }

    private void ensure(Roles.Grant grant) {
        Permission[] wanted = grant.permissions().toArray(Permission[]::new);
        Authorization existing = service
                .createAuthorizationQuery()
                .groupIdIn(grant.group())
                .resourceType(grant.resource())
                .resourceId(grant.id())
                .authorizationType(Authorization.AUTH_TYPE_GRANT)
                .list()
                .stream()
                .findFirst()
                .orElse(null);
        Authorization authorization =
                existing == null ? service.createNewAuthorization(Authorization.AUTH_TYPE_GRANT) : existing;
        if (existing == null) {
            authorization.setGroupId(grant.group());
            authorization.setResource(grant.resource());
            authorization.setResourceId(grant.id());
        } else if (((AuthorizationEntity) existing).getPermissions() == value(wanted)) {
            return;
        }
        authorization.setPermissions(wanted);
        service.saveAuthorization(authorization);
    }

    private static int value(Permission[] permissions) {
        int value = 0;
        for (Permission permission : permissions) {
            value |= permission.getValue();
        }
        return value;
    }
}
