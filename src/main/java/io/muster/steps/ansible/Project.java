package io.muster.steps.ansible;

import io.muster.inventory.Automation;
import io.muster.inventory.ControlHost;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.SecretValues;
import io.muster.steps.Targets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The automation of a service, in the project on its control host. Scripts run there as the user of the connection, to whom
 * the project and its keys belong.
 */
record Project(String service, ControlHost control, Automation automation, SshHosts.Target target) {

    static final int NO_TOOL = 100;
    static final int NO_DIRECTORY = 101;
    static final int NO_TEMPORARY = 102;

    static final String TOOL_MISSING = "ToolMissing";

    /**
     * Goes to the project. What an {@code ansible.cfg} says of the output is overruled where it would hide the recap; Ansible
     * refuses to start without UTF-8; pip puts it below the home, which is in no path of a command over SSH.
     */
    private static final String BEGIN =
            """
            set --
            PATH=$PATH:$HOME/.local/bin
            case ${LC_ALL:-${LC_CTYPE:-$LANG}} in *[Uu][Tt][Ff]*8) ;; *) LC_ALL=C.UTF-8; export LC_ALL;; esac
            command -v ansible-playbook >/dev/null 2>&1 || exit 100
            cd -- "$MUSTER_DIRECTORY" || exit 101
            """;

    /**
     * The password comes by the environment and is taken out of it before Ansible starts: facts of a host that is the control
     * host itself hold its environment, and may be cached in files. The password script is given it through a pipe: neither
     * it nor what a kill leaves of its directory holds the password. Ansible takes a password script that cannot be executed
     * for the password itself.
     */
    private static final String VAULT =
            """
            if [ -n "$MUSTER_VAULT_PASSWORD" ]; then
                password=$MUSTER_VAULT_PASSWORD
                unset MUSTER_VAULT_PASSWORD
                vault=$(umask 077 && mktemp -d "${TMPDIR:-/tmp}/muster-vault.XXXXXX") || exit 102
                feeder=
                trap '[ -z "$feeder" ] || kill "$feeder" 2>/dev/null; rm -rf -- "$vault"' EXIT
                trap 'exit 129' HUP
                trap 'exit 130' INT
                trap 'exit 143' TERM
                (
                    umask 077
                    mkfifo "$vault/pipe" || exit 1
                    printf '%s\\n' '#!/bin/sh' 'IFS= read -r password <"${0%/*}/pipe" && printf "%s\\n" "$password"' \\
                        >"$vault/password" && chmod 700 "$vault/password"
                ) || exit 102
                (
                    trap - EXIT HUP INT TERM
                    trap '' PIPE
                    while [ -p "$vault/pipe" ]; do printf '%s\\n' "$password" >"$vault/pipe"; done
                ) </dev/null >/dev/null 2>&1 &
                feeder=$!
                unset password
                "$vault/password" >/dev/null 2>&1 || exit 102
                set -- --vault-password-file "$vault/password"
            fi
            """;

    static final String SYNTAX = BEGIN + VAULT
            + "ansible-playbook -i \"$MUSTER_INVENTORY\" \"$@\" --syntax-check -- \"$MUSTER_PLAYBOOK\" 2>&1\n";

    static final String RUN =
            BEGIN + VAULT + "ansible-playbook -i \"$MUSTER_INVENTORY\" \"$@\" -- \"$MUSTER_PLAYBOOK\"\n";

    /** Says a line for each file that is not there; exit status 100 and 101 as the others. */
    static final String FILES = BEGIN
            + """
                    file() { [ -s "$1.yml" ] || [ -s "$1.yaml" ] || echo "$1.yml"; }
                    role=roles/$MUSTER_ROLE
                    for name in defaults tasks handlers; do file "$role/$name/main"; done
                    [ -d "$role/templates" ] || echo "$role/templates/"
                    [ -s "$role/README.md" ] || echo "$role/README.md"
                    [ -f "$MUSTER_PLAYBOOK" ] || echo "$MUSTER_PLAYBOOK"
                    [ -e "$MUSTER_INVENTORY" ] || echo "$MUSTER_INVENTORY"
                    exit 0
                    """;

    static Project of(Targets targets, StepContext context, String service) {
        Automation automation = targets.service(context, service)
                .qualification()
                .automation()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Service '" + service
                                + "' has no `automation` in the inventory. Give it one: `automation: {role: …,"
                                + " playbook: …, inventory: …}`."));
        ControlHost control = targets.environment(context)
                .facilities()
                .control()
                .orElseThrow(
                        () -> new StepFailure.Rejected(
                                Reason.NOT_IN_INVENTORY,
                                "The environment has no Ansible control host. Give it one: `control: {host: …, directory: …}`."));
        return new Project(service, control, automation, targets.ssh(context, control.host()));
    }

    /** What the scripts read, without the password. */
    Map<String, String> env() {
        Map<String, String> env = new LinkedHashMap<>();
        env.put("MUSTER_DIRECTORY", control.directory());
        env.put("MUSTER_ROLE", automation.role());
        env.put("MUSTER_PLAYBOOK", automation.playbook());
        env.put("MUSTER_INVENTORY", automation.inventory());
        env.put("ANSIBLE_STDOUT_CALLBACK", "default");
        env.put("ANSIBLE_FORCE_COLOR", "0");
        env.put("ANSIBLE_NOCOLOR", "1");
        env.put("ANSIBLE_INVENTORY_UNPARSED_FAILED", "1");
        return env;
    }

    /**
     * @param vault the reference of the vault password, blank for the inventory's, if it has one
     * @return what the scripts read; holds the password itself
     */
    Map<String, String> env(Secrets secrets, String vault) {
        Map<String, String> env = env();
        String reference = vault == null || vault.isBlank()
                ? automation.vaultPassword().map(SecretRef::toString).orElse("")
                : vault;
        if (!reference.isEmpty()) {
            env.put("MUSTER_VAULT_PASSWORD", password(secrets, reference));
        }
        return env;
    }

    private static String password(Secrets secrets, String vault) {
        String password =
                SecretValues.resolve(secrets, "The vault password", vault).replaceAll("[\\r\\n]+$", "");
        if (password.isEmpty() || password.indexOf('\n') >= 0 || password.indexOf('\0') >= 0) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "The vault password, " + vault
                            + ", must be one line that is not empty. Mend it where secrets are defined.");
        }
        return password;
    }

    /** Refuses what the scripts' own exit statuses say. */
    void demandBegun(int status) {
        if (status == NO_TOOL) {
            throw new StepFailure.Rejected(
                    TOOL_MISSING,
                    "There is no `ansible-playbook` on " + host() + " for the user of its connection. Install it there"
                            + " (`apt-get install ansible-core`), or correct `control` in the inventory.");
        }
        if (status == NO_DIRECTORY) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    "The Ansible project " + control.directory() + " is not on " + host()
                            + ", or the user of its connection may not enter it. Put it there, or correct `control` in the"
                            + " inventory.");
        }
        if (status == NO_TEMPORARY) {
            throw new StepFailure.Rejected(
                    Reason.NO_SPACE,
                    "The vault password could not be handed to Ansible on " + host() + ": no script can be written and"
                            + " executed in its directory for temporary files. Free space there, mount it without `noexec`, or"
                            + " set TMPDIR for the user.");
        }
    }

    String host() {
        return control.host();
    }

    /** As operators name it. */
    String playbook() {
        return automation.playbook() + " on " + host();
    }
}
