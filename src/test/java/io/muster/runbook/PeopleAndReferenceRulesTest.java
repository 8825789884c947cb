package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** User tasks, forms, called runbooks, decisions. */
class PeopleAndReferenceRulesTest {

    private static final String GROUPS = "camunda:candidateGroups=\"approvers\"";
    private static final String FORM = "camunda:formRef=\"approve\" camunda:formRefBinding=\"deployment\"";

    @Test
    void aUserTaskIsForAGroupThatThereIs() {
        assertThat(review(GROUPS, ""))
                .containsExactly(
                        "task-groups review-deployment: Nobody is asked to do it: it has no candidate groups. Set camunda:candidateGroups to"
                                + " one of admins, approvers, auditors, authors, operators.");
        assertThat(review(GROUPS, "camunda:candidateGroups=\"operators, aprovers\""))
                .containsExactly(
                        "task-groups review-deployment: There is no group 'aprovers'. Did you mean 'approvers'?");
        assertThat(review(GROUPS, "camunda:candidateGroups=\"${team}\""))
                .containsExactly(
                        "task-groups review-deployment: Its candidate group is computed as '${team}', so that a variable says who may do it."
                                + " Name the group itself: admins, approvers, auditors, authors, operators.");
        assertThat(review(GROUPS, "camunda:candidateGroups=\"operators,admins\" camunda:assignee=\"${starter}\""))
                .isEmpty();
    }

    @Test
    void anApprovalIsForApproversOnly() {
        assertThat(Lint.replacing(GROUPS, "camunda:candidateGroups=\"approvers,operators\""))
                .containsExactly("approval approve-deployment: An approval is open to approvers, operators. Set"
                        + " camunda:candidateGroups=\"approvers\", and nothing else.");
        assertThat(Lint.replacing(GROUPS, GROUPS + " camunda:assignee=\"${starter}\""))
                .containsExactly("approval approve-deployment: An approval is given to somebody by the diagram"
                        + " (camunda:assignee=\"${starter}\"). Remove camunda:assignee: who approves claims the task.");
        assertThat(Lint.replacing(GROUPS, GROUPS + " camunda:candidateUsers=\"ada\""))
                .containsExactly(
                        "approval approve-deployment: An approval is given to somebody by the diagram"
                                + " (camunda:candidateUsers=\"ada\"). Remove camunda:candidateUsers: who approves claims the task.");
    }

    @Test
    void anApprovalIsNotGivenAwayByTheStandardsOwnWayEither() {
        Sample sample = Sample.replacing(
                FORM + "/>",
                FORM + "><potentialOwner id=\"p1\"><resourceAssignmentExpression id=\"r1\">"
                        + "<formalExpression>user(ada)</formalExpression></resourceAssignmentExpression></potentialOwner></userTask>");
        assertThat(Lint.lint(sample))
                .containsExactly(
                        "approval approve-deployment: An approval is given to somebody by the diagram (potentialOwner). Remove"
                                + " potentialOwner: who approves claims the task.");
    }

    @Test
    void aFormReferenceFindsItsForm() {
        assertThat(Lint.replacing("camunda:formRef=\"approve\"", "camunda:formRef=\"aprove\""))
                .containsExactly(
                        "form approve-deployment: There is no form with the id 'aprove' in forms/. Did you mean 'approve'?");
        assertThat(Lint.replacing("camunda:formRefBinding=\"deployment\"", "camunda:formRefBinding=\"latest\""))
                .containsExactly(
                        "form approve-deployment: The form 'approve' is not bound to the deployment, so that running instances"
                                + " would get a later version of it. Set camunda:formRefBinding=\"deployment\".");
        assertThat(Lint.replacing(FORM, FORM + " camunda:formKey=\"embedded:deployment:forms/details.html\""))
                .containsExactly(
                        "form approve-deployment: It has both a form reference and a form key. Remove camunda:formKey.");
    }

    @Test
    void aFormKeyFindsItsFile() {
        assertThat(Lint.replacing(FORM, "camunda:formKey=\"embedded:deployment:forms/details.html\""))
                .isEmpty();
        assertThat(Lint.replacing(FORM, "camunda:formKey=\"embedded:deployment:forms/detail.html\""))
                .containsExactly(
                        "form approve-deployment: There is no form file 'forms/detail.html'. Did you mean 'forms/details.html'?");
        assertThat(Lint.replacing(FORM, "camunda:formKey=\"embedded:app:forms/details.html\""))
                .containsExactly(
                        "form approve-deployment: The form key 'embedded:app:forms/details.html' does not name a form of the"
                                + " deployment. Write 'embedded:deployment:forms/NAME.html', or use camunda:formRef.");
    }

    @Test
    void aFormFileIsAForm() {
        assertThat(Lint.lint(new Sample().with("forms/broken.form", "{\"id\": ")))
                .singleElement()
                .asString()
                .startsWith("form : The form is not JSON: Unexpected end-of-input");
        assertThat(Lint.lint(new Sample().with("forms/other.form", "{\"id\": \"another\"}")))
                .containsExactly(
                        "form : The form's id is 'another', not the file's name. Set its id to 'other'.",
                        "form : The form has no components. Draw it with the form editor of Camunda Modeler.");
        assertThat(Lint.lint(new Sample().with("forms/more/approve.form", Sample.FORM)))
                .containsExactly(
                        "duplicate-id approve: The form 'approve' is defined in forms/approve.form too. Rename one of them.");
    }

    @Test
    void aCalledRunbookExists() {
        String call = "calledElement=\"container-provision\"";
        assertThat(Lint.replacing(call, "calledElement=\"container-provison\""))
                .containsExactly(
                        "call-activity provision-container: There is no runbook 'container-provison'. Did you mean"
                                + " 'container-provision'?");
        assertThat(Lint.replacing(call, ""))
                .containsExactly(
                        "call-activity provision-container: It does not say which runbook it calls. Set calledElement to the"
                                + " process id of a runbook.");
        assertThat(Lint.replacing(call, "calledElement=\"${runbook}\""))
                .containsExactly(
                        "call-activity provision-container: Which runbook it calls is computed ('${runbook}'), so that the"
                                + " diagram does not say what runs. Call one runbook by its id; choose between several with a gateway.");
        assertThat(Lint.replacing(call, call + " camunda:calledElementBinding=\"latest\""))
                .isEmpty();
        assertThat(Lint.replacing(call, call + " camunda:calledElementBinding=\"deployment\""))
                .containsExactly(
                        "call-activity provision-container: The binding 'deployment' finds nothing: each runbook is a deployment"
                                + " of its own. Set camunda:calledElementBinding=\"latest\", or remove it.");
    }

    @Test
    void aDecisionExistsIsBoundAndItsResultKept() {
        assertThat(Lint.replacing("camunda:decisionRef=\"container-class\"", "camunda:decisionRef=\"container-clas\""))
                .containsExactly(
                        "decision choose-class: There is no decision 'container-clas'. Did you mean 'container-class'?");
        assertThat(Lint.replacing(" camunda:decisionRefBinding=\"deployment\"", ""))
                .contains(
                        "decision choose-class: The decision 'container-class' is not bound to the deployment, so that running instances"
                                + " would get a later version of it. Set camunda:decisionRefBinding=\"deployment\".");
        String result =
                "decision choose-class: It does not say how, or in which variable, the decision's result is kept. Set"
                        + " camunda:resultVariable, and camunda:mapDecisionResult to singleEntry, singleResult, collectEntries or resultList.";
        assertThat(Lint.replacing(" camunda:mapDecisionResult=\"singleEntry\"", ""))
                .containsExactly(result);
        assertThat(Lint.replacing(" camunda:resultVariable=\"containerClass\"", ""))
                .containsExactly(result);
    }

    /** The sample with its approval made an ordinary task. */
    private static List<String> review(String text, String by) {
        return Lint.lint(Sample.replacing(text, by).changing(Sample.FILE, "approve-deployment", "review-deployment"));
    }
}
