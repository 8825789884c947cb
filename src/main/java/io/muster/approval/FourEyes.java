package io.muster.approval;

import io.muster.approval.ApprovalRefused.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rule that nobody approves their own change. */
public final class FourEyes {

    /** The longest comment, in characters after trimming. */
    public static final int MAX_COMMENT = 4000;

    private FourEyes() {}

    /**
     * Judges what a person submitted.
     *
     * @param user the authenticated user, empty when there is none
     * @param userGroups the groups this user is a member of now
     * @param approved as submitted with this very completion, null when it was not
     * @param comment as submitted, null when it was not
     * @throws ApprovalRefused when the person may not decide, or when what is submitted is not a decision; every
     *     violation of the latter kind is named
     */
    public static Verdict judge(
            ApprovalRequest request,
            Optional<String> user,
            Set<String> userGroups,
            Object approved,
            Object comment,
            Instant now) {
        String by = user.filter(name -> !name.isBlank())
                .orElseThrow(() -> notYou("Nobody is authenticated, so nobody can answer for '" + request.task()
                        + "'. Log in as a member of " + request.groupNames() + "."));
        boolean self = request.isOwn(by);
        checkGroup(request, by, userGroups, self);
        if (self) {
            checkSelf(request, by, now);
        }
        String text = comment instanceof String given ? given.strip() : "";
        checkContent(request, approved, comment, text);
        return new Verdict(by, (Boolean) approved, text, self);
    }

    /**
     * Checks that a person may be made responsible for the task (by a claim, an assignment, as its owner).
     *
     * @throws ApprovalRefused when that person started the run and may never approve it
     */
    public static void assignable(ApprovalRequest request, String user) {
        if (request.isOwn(user) && !request.selfAllowed()) {
            throw notYou(ownChange(request, user));
        }
    }

    private static void checkGroup(ApprovalRequest request, String by, Set<String> userGroups, boolean self) {
        if (Collections.disjoint(request.groups(), userGroups)) {
            String started = self && !request.selfAllowed() ? " and " + request.own(by) : "";
            throw notYou(by + " is not a member of " + request.groupNames() + started + ", so cannot decide '"
                    + request.task() + "'. Ask a member of " + request.groupNames() + " who did not start this run.");
        }
    }

    private static void checkSelf(ApprovalRequest request, String by, Instant now) {
        if (!request.selfAllowed()) {
            throw notYou(ownChange(request, by));
        }
        if (now.isBefore(request.selfFrom())) {
            throw notYou(by + " " + request.own(by) + " and may approve it alone only from " + request.selfFrom()
                    + " on (the environment's approval is self-after-delay). Until then another member of "
                    + request.groupNames() + " can decide '" + request.task() + "'.");
        }
    }

    private static String ownChange(ApprovalRequest request, String by) {
        return by + " " + request.own(by) + ", and nobody approves their own change. Another member of "
                + request.groupNames() + " can decide '" + request.task() + "'.";
    }

    private static void checkContent(ApprovalRequest request, Object approved, Object comment, String text) {
        List<String> problems = new ArrayList<>();
        if (!(approved instanceof Boolean)) {
            problems.add("'approved' must be given with the completion as true or false (a Boolean), and is "
                    + (approved == null
                            ? "not given"
                            : "a " + approved.getClass().getSimpleName()));
        }
        if (comment != null && !(comment instanceof String)) {
            problems.add(
                    "'comment' must be text, and is a " + comment.getClass().getSimpleName());
        }
        if (Boolean.FALSE.equals(approved) && text.isEmpty()) {
            problems.add("'comment' must say why when the answer is no");
        }
        if (text.length() > MAX_COMMENT) {
            problems.add("'comment' has " + text.length() + " characters, and " + MAX_COMMENT + " is the limit");
        }
        if (!problems.isEmpty()) {
            throw new ApprovalRefused(
                    Kind.NOT_VALID, "'" + request.task() + "' was not decided: " + String.join("; ", problems) + ".");
        }
    }

    private static ApprovalRefused notYou(String message) {
        return new ApprovalRefused(Kind.NOT_YOU, message);
    }
}
