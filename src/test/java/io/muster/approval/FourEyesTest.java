package io.muster.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.inventory.Inventory.Approval;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FourEyesTest {

    private static final Instant CREATED = Instant.parse("2024-05-01T10:00:00Z");
    private static final Approval SECOND_PERSON = new Approval(Approval.Mode.SECOND_PERSON, Optional.empty());
    private static final Approval ALONE =
            new Approval(Approval.Mode.SELF_AFTER_DELAY, Optional.of(Duration.ofHours(1)));
    private static final Set<String> APPROVERS = Set.of("approvers");

    private static ApprovalRequest request(Approval policy) {
        Map<String, String> changes = Map.of(
                "olga", "started this run",
                "otto", "answered a task of this run",
                "uma", "gave a step of this run other input");
        return new ApprovalRequest("approve-it", changes, APPROVERS, policy, CREATED);
    }

    private static Verdict judge(Approval policy, String user, Object approved, Object comment, Instant now) {
        return FourEyes.judge(request(policy), Optional.ofNullable(user), APPROVERS, approved, comment, now);
    }

    @Test
    void anotherApproverDecides() {
        assertThat(judge(SECOND_PERSON, "anna", true, "  fine ", CREATED))
                .isEqualTo(new Verdict("anna", true, "fine", false));
    }

    @Test
    void anApprovalNeedsNoComment() {
        assertThat(judge(SECOND_PERSON, "anna", true, null, CREATED).comment()).isEmpty();
    }

    @Test
    void nobodyIsRefused() {
        assertThatThrownBy(() -> judge(SECOND_PERSON, null, true, "x", CREATED))
                .isInstanceOf(ApprovalRefused.class)
                .hasMessageContaining("Nobody is authenticated")
                .hasMessageContaining("approvers");
    }

    @Test
    void whoseChangeItIsIsRefusedAndToldWhatTheyDid() {
        Map<String, String> did = Map.of("olga", "started this run", "otto", "answered a task of this run");
        for (String owner : did.keySet()) {
            assertThatThrownBy(() -> judge(SECOND_PERSON, owner, true, "x", CREATED.plus(Duration.ofDays(9))))
                    .isInstanceOfSatisfying(
                            ApprovalRefused.class, e -> assertThat(e.kind()).isEqualTo(ApprovalRefused.Kind.NOT_YOU))
                    .hasMessage(
                            owner + " " + did.get(owner) + ", and nobody approves their own change. Another member of "
                                    + "approvers can decide 'approve-it'.");
        }
    }

    @Test
    void whoGaveTheRunOtherInputIsRefusedLikeItsStarter() {
        assertThatThrownBy(() -> judge(SECOND_PERSON, "uma", true, "x", CREATED.plus(Duration.ofDays(9))))
                .hasMessage("uma gave a step of this run other input, and nobody approves their own change. Another"
                        + " member of approvers can decide 'approve-it'.");
        assertThatThrownBy(() -> FourEyes.assignable(request(SECOND_PERSON), "uma"))
                .hasMessageContaining("uma gave a step of this run other input");
        assertThatThrownBy(() -> judge(ALONE, "uma", true, "x", CREATED)).hasMessageContaining("2024-05-01T11:00:00Z");
    }

    @Test
    void theStarterMayDecideAloneOnceTheDelayHasPassed() {
        Instant before = CREATED.plus(Duration.ofMinutes(59));
        assertThatThrownBy(() -> judge(ALONE, "olga", true, "x", before)).hasMessageContaining("2024-05-01T11:00:00Z");
        assertThat(judge(ALONE, "olga", true, "x", CREATED.plus(Duration.ofHours(1)))
                        .self())
                .isTrue();
        assertThat(judge(ALONE, "anna", true, "x", before).self()).isFalse();
    }

    @Test
    void whoIsNotInTheGroupIsRefused() {
        assertThatThrownBy(() -> FourEyes.judge(
                        request(SECOND_PERSON), Optional.of("eve"), Set.of("operators"), true, "x", CREATED))
                .hasMessageStartingWith("eve is not a member of approvers");
    }

    @Test
    void everythingThatIsWrongWithAnAnswerIsToldAtOnce() {
        assertThatThrownBy(() -> judge(SECOND_PERSON, "anna", "true", 7, CREATED))
                .isInstanceOfSatisfying(
                        ApprovalRefused.class, e -> assertThat(e.kind()).isEqualTo(ApprovalRefused.Kind.NOT_VALID))
                .hasMessageContaining("'approved' must be given")
                .hasMessageContaining("is a String")
                .hasMessageContaining("'comment' must be text");
        assertThatThrownBy(() -> judge(SECOND_PERSON, "anna", null, null, CREATED))
                .hasMessageContaining("not given");
    }

    @Test
    void aRejectionSaysWhy() {
        assertThatThrownBy(() -> judge(SECOND_PERSON, "anna", false, "  \n", CREATED))
                .hasMessageContaining("must say why");
        assertThat(judge(SECOND_PERSON, "anna", false, "no", CREATED).approved())
                .isFalse();
    }

    @Test
    void aCommentHasALimit() {
        assertThatThrownBy(() -> judge(SECOND_PERSON, "anna", true, "x".repeat(4001), CREATED))
                .hasMessageContaining("4001 characters");
        assertThat(judge(SECOND_PERSON, "anna", true, " " + "x".repeat(4000) + " ", CREATED)
                        .comment())
                .hasSize(4000);
    }

    @Test
    void theStarterCanOnlyBeMadeResponsibleWhereTheStarterMayDecide() {
        assertThatThrownBy(() -> FourEyes.assignable(request(SECOND_PERSON), "olga"))
                .isInstanceOf(ApprovalRefused.class);
        FourEyes.assignable(request(ALONE), "olga");
        FourEyes.assignable(request(SECOND_PERSON), "anna");
    }
}
