package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.inventory.Secrets;
import io.muster.steps.SecretValues;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Makes whole scripts of those of a data type: with what they share, and encrypted or opened on the way. */
@Component
final class Scripts {

    private static final String SEAL =
            """
            need age
            muster_read() { age -r "$RECIPIENT"; }
            """;

    /** The key is neither in a file nor on a command line: age reads it from a pipe, and what reads the data does not have it. */
    private static final String OPEN =
            """
            need age age-keygen
            muster_write() {
              muster_r=$(age-keygen -y /dev/fd/9 9<<MUSTER_KEY
            $IDENTITY
            MUSTER_KEY
            ) || fail 48 "the plan's identity is no key of age"
              printf '%s\\n' "$muster_r" | grep -qxF "$RECIPIENT" \\
                || fail 48 "it is encrypted for $RECIPIENT, and the plan's identity opens what is for $(printf '%s' "$muster_r" | tr '\\n' ' ')"
              exec 9<<MUSTER_KEY
            $IDENTITY
            MUSTER_KEY
              unset IDENTITY; exec age -d -i /dev/fd/9
            }
            """;

    private final Secrets secrets;

    Scripts(Secrets secrets) {
        this.secrets = secrets;
    }

    /** @param tag names what is made beside the data */
    Map<String, String> env(DataItem item, String tag) {
        Map<String, String> env = new HashMap<>();
        env.put("PATHS", String.join("\n", item.paths()));
        env.put("ADDRESS", item.address().orElse(""));
        env.put("PORT", item.port().map(String::valueOf).orElse(""));
        env.put("DATABASE", item.database().orElse(""));
        env.put("DBUSER", item.user().orElse(""));
        env.put("DIRECTORY", item.directory().orElse(""));
        env.put("TAG", tag);
        env.put(
                "DBPASSWORD",
                item.password()
                        .map(ref ->
                                SecretValues.resolve(secrets, "The password of data item '" + item.name() + "'", ref))
                        .orElse(""));
        return env;
    }

    String plain(String script) {
        return Prelude.FUNCTIONS + script;
    }

    /** Writes the data of a type to standard output, as the plan says. */
    String writing(ServicePlan plan, String dump, Map<String, String> env) {
        if (plan.plan().encryption().isEmpty()) {
            return plain(dump);
        }
        env.put("RECIPIENT", plan.plan().encryption().get().recipient());
        return Prelude.FUNCTIONS + "muster_write() {\n" + dump + "}\n" + SEAL + "piped muster_write muster_read\n";
    }

    /**
     * Feeds what comes on standard input to a script of a type.
     *
     * @param recipient for whom it is encrypted; empty: it is not
     */
    String reading(ServicePlan plan, String recipient, String script, Map<String, String> env) {
        if (recipient.isEmpty()) {
            return Prelude.FUNCTIONS + Prelude.SCRATCH + script;
        }
        env.put("RECIPIENT", recipient);
        env.put(
                "IDENTITY",
                plan.plan()
                        .encryption()
                        .map(key -> SecretValues.resolve(secrets, "The identity that opens the backup", key.identity()))
                        .orElseThrow(() -> BackupFailure.refused(
                                BackupFailure.WRONG_IDENTITY,
                                "of " + plan.service().name(),
                                "it is encrypted, and the plan has no `encryption` to open it with")));
        return Prelude.FUNCTIONS + Prelude.SCRATCH + OPEN + "muster_read() { unset IDENTITY\n" + script + "}\n"
                + "piped muster_write muster_read\n";
    }
}
