package io.muster.engine;

import static org.camunda.bpm.engine.authorization.Permissions.ACCESS;
import static org.camunda.bpm.engine.authorization.Permissions.ALL;
import static org.camunda.bpm.engine.authorization.Permissions.CREATE;
import static org.camunda.bpm.engine.authorization.Permissions.CREATE_INSTANCE;
import static org.camunda.bpm.engine.authorization.Permissions.DELETE_INSTANCE;
import static org.camunda.bpm.engine.authorization.Permissions.READ;
import static org.camunda.bpm.engine.authorization.Permissions.READ_HISTORY;
import static org.camunda.bpm.engine.authorization.Permissions.READ_INSTANCE;
import static org.camunda.bpm.engine.authorization.Permissions.READ_TASK;

import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.authorization.BatchPermissions;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.authorization.SystemPermissions;
import org.camunda.bpm.engine.authorization.UserOperationLogCategoryPermissions;

/**
 * The groups and what each may do, kept apart on purpose: who runs does not approve, who manages accounts does neither.
 *
 * <p>Nobody has {@code UPDATE_INSTANCE}, {@code UPDATE_INSTANCE_VARIABLE}, {@code UPDATE_TASK}, {@code TASK_ASSIGN} or
 * {@code MIGRATE_INSTANCE}. Working on a task comes from the task itself: its candidate groups and its assignee get
 * {@code READ} and {@code TASK_WORK} on it. Beyond that, {@link RunGuard} refuses what would walk past an approval.
 */
public final class Roles {

    public static final String OPERATORS = "operators";
    public static final String APPROVERS = "approvers";
    public static final String AUTHORS = "authors";
    public static final String AUDITORS = "auditors";
    public static final String ADMINS = "admins";

    /** In the order in which they are shown. */
    public static final List<String> ALL_GROUPS = List.of(OPERATORS, APPROVERS, AUTHORS, AUDITORS, ADMINS);

    record Grant(String group, Resource resource, String id, List<Permission> permissions) {}

    private Roles() {}

    static String title(String group) {
        return Character.toUpperCase(group.charAt(0)) + group.substring(1);
    }

    static List<Grant> grants() {
        List<Grant> grants = new ArrayList<>();
        everyone(grants);
        operators(grants);
        approvers(grants);
        auditors(grants);
        grant(grants, AUTHORS, Resources.PROCESS_DEFINITION, READ);
        admins(grants);
        return grants;
    }

    private static void everyone(List<Grant> grants) {
        for (String group : List.of(OPERATORS, APPROVERS, AUTHORS, AUDITORS)) {
            grants.add(new Grant(group, Resources.APPLICATION, "tasklist", List.of(ACCESS)));
            grants.add(new Grant(group, Resources.APPLICATION, "cockpit", List.of(ACCESS)));
            grant(grants, group, Resources.DECISION_DEFINITION, READ);
            grant(grants, group, Resources.DECISION_REQUIREMENTS_DEFINITION, READ);
            grant(grants, group, Resources.DEPLOYMENT, READ);
            grant(grants, group, Resources.FILTER, READ);
        }
    }

    private static void operators(List<Grant> grants) {
        grant(grants, OPERATORS, Resources.PROCESS_INSTANCE, CREATE);
        grant(
                grants,
                OPERATORS,
                Resources.PROCESS_DEFINITION,
                READ,
                CREATE_INSTANCE,
                READ_INSTANCE,
                READ_HISTORY,
                READ_TASK,
                ProcessDefinitionPermissions.RETRY_JOB,
                ProcessDefinitionPermissions.SUSPEND_INSTANCE,
                DELETE_INSTANCE);
    }

    private static void approvers(List<Grant> grants) {
        grant(grants, APPROVERS, Resources.PROCESS_DEFINITION, READ, READ_INSTANCE, READ_HISTORY, READ_TASK);
    }

    private static void auditors(List<Grant> grants) {
        grant(grants, AUDITORS, Resources.PROCESS_DEFINITION, READ, READ_INSTANCE, READ_HISTORY, READ_TASK);
        grants.add(new Grant(AUDITORS, Resources.DECISION_DEFINITION, "*", List.of(READ, READ_HISTORY)));
        grants.add(new Grant(AUDITORS, Resources.BATCH, "*", List.of(READ, BatchPermissions.READ_HISTORY)));
        grants.add(new Grant(
                AUDITORS, Resources.OPERATION_LOG_CATEGORY, "*", List.of(UserOperationLogCategoryPermissions.READ)));
        grants.add(new Grant(AUDITORS, Resources.SYSTEM, "*", List.of(SystemPermissions.READ)));
        for (Resource resource : List.of(Resources.USER, Resources.GROUP, Resources.AUTHORIZATION, Resources.TENANT)) {
            grant(grants, AUDITORS, resource, READ);
        }
    }

    private static void admins(List<Grant> grants) {
        grants.add(new Grant(ADMINS, Resources.APPLICATION, "admin", List.of(ACCESS)));
        for (Resource resource :
                List.of(Resources.USER, Resources.GROUP, Resources.GROUP_MEMBERSHIP, Resources.AUTHORIZATION)) {
            grant(grants, ADMINS, resource, ALL);
        }
        grants.add(new Grant(ADMINS, Resources.SYSTEM, "*", List.of(SystemPermissions.READ)));
        grants.add(new Grant(
                ADMINS, Resources.OPERATION_LOG_CATEGORY, "*", List.of(UserOperationLogCategoryPermissions.READ)));
    }

    private static void grant(List<Grant> grants, String group, Resource resource, Permission... permissions) {
        // A later grant of the same group and resource replaces the earlier one.
        grants.add(new Grant(group, resource, "*", List.of(permissions)));
    }
}
