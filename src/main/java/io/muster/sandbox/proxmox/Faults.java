package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * What goes wrong on purpose with a node. A fault is a file {@code <node>.<fault>} in the sandbox's directory of faults: it
 * begins with the file's creation, by hand or by these methods, and ends with its removal.
 *
 * <ul>
 *   <li>{@code <node>.fail-<type>}: the next task of that type ({@code vzstart}, {@code vzstop}, …) fails without doing
 *       anything; the content is its exit status; the sandbox removes the file when it has done so
 *   <li>{@code <node>.warn-<type>}: the next task of that type does its work and ends with as many warnings as the content says
 *   <li>{@code <node>.hold-<type>}: tasks of that type go on running without doing anything
 *   <li>{@code <node>.stall-<type>}: tasks of that type ({@code vzdump}, {@code vzclone}) lock their container and go no further
 *   <li>{@code <node>.lock-<vmid>}: the container is locked; the content is the kind, for example {@code backup}
 *   <li>{@code <node>.drop-answer}: the next changing call (not a GET) is carried out, but its connection is cut instead of
 *       answered; the sandbox removes the file when it has done so
 *   <li>{@code <node>.no-permissions}: tokens have no permissions: lists are empty, actions forbidden
 *   <li>{@code <node>.second-factor}: logins by password are asked for a second factor
 *   <li>{@code <node>.token-expired}: tokens are refused as expired ones are
 * </ul>
 */
public final class Faults {
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final String NO_PERMISSIONS = "no-permissions";
    private static final String TOKEN_EXPIRED = "token-expired";
    private static final String SECOND_FACTOR = "second-factor";
    private static final String DROP_ANSWER = "drop-answer";
    private static final String DEFAULT_STATUS = "job errors";
    private static final String DEFAULT_LOCK = "backup";

    private final Path directory;
    private final String node;

    Faults(Path directory, String node) {
        this.directory = directory;
        this.node = node;
    }

    /** Lets the next task of this type fail with this exit status. */
    public void failNextTask(String type, String exitStatus) {
        begin("fail-" + type, exitStatus);
    }

    /** Lets the next task of this type succeed with warnings. */
    public void warnNextTask(String type, int warnings) {
        begin("warn-" + type, Integer.toString(warnings));
    }

    /** How a task that did its work ends; empty for OK. */
    Optional<String> warnings(String type) {
        return content("warn-" + type)
                .filter(count -> end("warn-" + type))
                .map(count -> "WARNINGS: " + (count.isEmpty() ? "1" : count));
    }

    /** Lets tasks of this type wait in state {@code running} before they do anything, until released. */
    public void holdTasks(String type) {
        begin("hold-" + type, "");
    }

    public void releaseTasks(String type) {
        end("hold-" + type);
    }

    /** Lets tasks of this type wait with their container locked, until released. */
    public void stallTasks(String type) {
        begin("stall-" + type, "");
    }

    public void resumeTasks(String type) {
        end("stall-" + type);
    }

    /** Holds a lock on a container, for example {@code backup}. */
    public void lock(int vmid, String kind) {
        begin("lock-" + vmid, kind);
    }

    public void unlock(int vmid) {
        end("lock-" + vmid);
    }

    /** Lets the next changing call be carried out and its answer be lost. */
    public void dropNextAnswer() {
        begin(DROP_ANSWER, "");
    }

    /** Takes all permissions from the tokens. */
    public void takePermissions() {
        begin(NO_PERMISSIONS, "");
    }

    public void giveBackPermissions() {
        end(NO_PERMISSIONS);
    }

    public void expireTokens() {
        begin(TOKEN_EXPIRED, "");
    }

    public void renewTokens() {
        end(TOKEN_EXPIRED);
    }

    public void wantSecondFactor() {
        begin(SECOND_FACTOR, "");
    }

    boolean secondFactorWanted() {
        return content(SECOND_FACTOR).isPresent();
    }

    boolean tokensExpired() {
        return content(TOKEN_EXPIRED).isPresent();
    }

    /** Whether this answer is to be lost; true once. */
    boolean takeDroppedAnswer() {
        return end(DROP_ANSWER);
    }

    ApiToken effective(ApiToken token) {
        return content(NO_PERMISSIONS).isEmpty()
                ? token
                : new ApiToken(token.user(), token.name(), token.secret(), Map.of(), token.expires());
    }

    Optional<String> lockOf(int vmid) {
        return content("lock-" + vmid).map(kind -> kind.isEmpty() ? DEFAULT_LOCK : kind);
    }

    /** Called by a task as its first act. */
    void beforeTask(String type) throws InterruptedException {
        waitWhile("hold-" + type);
        String fault = "fail-" + type;
        Optional<String> exitStatus = content(fault);
        // Of two tasks at once only the one that removes the file fails.
        if (exitStatus.isPresent() && end(fault)) {
            throw new TaskFailure(exitStatus.get().isEmpty() ? DEFAULT_STATUS : exitStatus.get());
        }
    }

    /** Called by a task when it has locked its container. */
    void whileLocked(String type) {
        try {
            waitWhile("stall-" + type);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaskFailure("received interrupt");
        }
    }

    private void waitWhile(String fault) throws InterruptedException {
        while (content(fault).isPresent()) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private Optional<String> content(String fault) {
        try {
            return Optional.of(Files.readString(file(fault)).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the fault " + file(fault), e);
        }
    }

    private void begin(String fault, String content) {
        try {
            Files.createDirectories(directory);
            Path draft = Files.createTempFile(directory, ".fault", ".new");
            Files.writeString(draft, content);
            Files.move(draft, file(fault), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the fault " + file(fault), e);
        }
    }

    private boolean end(String fault) {
        try {
            return Files.deleteIfExists(file(fault));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove the fault " + file(fault), e);
        }
    }

    private Path file(String fault) {
        return directory.resolve(node + "." + fault);
    }
}
