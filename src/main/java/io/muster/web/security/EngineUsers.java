package io.muster.web.security;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

/**
 * Accounts in the engine's identity store. A successful check of a password, and what groups a user has, are taken as
 * known for {@value #HOLDS_SECONDS} seconds: hashing for each request would cost more than most requests. A changed
 * password or membership takes that long to hold everywhere. Failures are never kept; the engine delays an account's
 * next login after each.
 */
final class EngineUsers implements AuthenticationProvider {

    static final int HOLDS_SECONDS = 30;
    private static final int MOST = 500;
    private static final String ALGORITHM = "HmacSHA256";

    private final IdentityService identity;
    private final Recent<String, Boolean> passwords;
    private final Recent<String, Caller> callers;
    /** Of this process only, so that what the cache holds says nothing about a password. */
    private final SecretKeySpec key;

    EngineUsers(IdentityService identity, Clock clock) {
        this.identity = identity;
        this.passwords = new Recent<>(clock, Duration.ofSeconds(HOLDS_SECONDS), MOST);
        this.callers = new Recent<>(clock, Duration.ofSeconds(HOLDS_SECONDS), MOST);
        byte[] salt = new byte[32];
        new SecureRandom().nextBytes(salt);
        this.key = new SecretKeySpec(salt, ALGORITHM);
    }

    /** The account, when the password is its own and it is not locked after failed attempts. */
    Optional<Caller> authenticate(String user, String password) {
        String digest = digest(user, password);
        if (passwords.get(digest).isEmpty()) {
            if (!identity.checkPassword(user, password)) {
                return Optional.empty();
            }
            passwords.put(digest, true);
        }
        return find(user);
    }

    /** The account, when it exists. */
    Optional<Caller> find(String user) {
        Optional<Caller> known = callers.get(user);
        if (known.isPresent()) {
            return known;
        }
        if (identity.createUserQuery().userId(user).count() == 0) {
            return Optional.empty();
        }
        List<String> groups = identity.createGroupQuery().groupMember(user).list().stream()
                .map(Group::getId)
                .toList();
        Caller caller = new Caller(user, groups);
        callers.put(user, caller);
        return Optional.of(caller);
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        return authenticate(authentication.getName(), String.valueOf(authentication.getCredentials()))
                .orElseThrow(() -> new BadCredentialsException("Unknown user or wrong password"));
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
    }

    private String digest(String user, String password) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(user.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return HexFormat.of().formatHex(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }
}
