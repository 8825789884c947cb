package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.remote.LoginKeys;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Optional;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import org.springframework.stereotype.Component;

/** Derives them from the private keys; the host need not be there yet. */
@Component
final class DerivedLoginKeys implements LoginKeys {

    private final Credentials credentials;

    DerivedLoginKeys(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public Optional<String> of(Inventory.Host host) {
        Route route = new Route(host.name(), host.ssh(), Optional.empty(), Optional.empty());
        return credentials.key(route).map(key -> line(route, key));
    }

    private static String line(Route route, KeyProvider key) {
        try {
            PublicKey half = key.getPublic();
            byte[] blob = new Buffer.PlainBuffer().putPublicKey(half).getCompactData();
            return KeyType.fromKey(half) + " " + Base64.getEncoder().encodeToString(blob);
        } catch (IOException e) {
            throw new StepFailure.Fatal(
                    Reason.AUTHENTICATION_FAILED, "The private key of " + route + " has no public half.", e);
        }
    }
}
