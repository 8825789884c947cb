package io.muster.runbook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ParseException;
import org.camunda.bpm.engine.Problem;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.ResourceReport;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.camunda.bpm.engine.repository.DeploymentWithDefinitions;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Brings runbooks into the engine, each as a deployment of its own with the decision tables and forms that it refers to:
 * all of them or none. A runbook of which nothing has changed keeps its version; one of which anything has changed gets a
 * new version with all its resources. Running instances stay on theirs.
 */
public final class RunbookDeployer {

    /** Marks the deployments made here. */
    public static final String SOURCE = "muster";

    private final RunbookLinter linter;
    private final RepositoryService repository;
    private final TransactionOperations transaction;

    /** @param transaction of the engine's own transaction manager */
    public RunbookDeployer(RunbookLinter linter, RepositoryService repository, TransactionOperations transaction) {
        this.linter = linter;
        this.repository = repository;
        this.transaction = transaction;
    }

    /**
     * @param outcomes one for each runbook, in the order of their files
     * @param removed runbooks that were deployed from here before and are in the files no more; they can still be started
     */
    public record Result(List<Outcome> outcomes, List<String> removed) {}

    /** @param changed whether this version is new */
    public record Outcome(String runbook, int version, boolean changed) {}

    /**
     * Lints the files and deploys them in one transaction.
     *
     * @throws RunbooksRefused when anything is wrong; nothing was deployed then
     */
    public Result deploy(RunbookFiles files) {
        List<Violation> violations = linter.lint(files);
        if (!violations.isEmpty()) {
            throw new RunbooksRefused(files.source(), violations, null);
        }
        List<Deployable> runbooks = Deployable.of(files);
        try {
            List<Outcome> outcomes = transaction.execute(
                    status -> runbooks.stream().map(this::deploy).toList());
            return new Result(outcomes, removed(runbooks));
        } catch (ParseException e) {
            throw new RunbooksRefused(files.source(), engineViolations(e), e);
        }
    }

    private Outcome deploy(Deployable runbook) {
        // Duplicates are found by name: the deployment's name must stay when a file moves.
        DeploymentBuilder builder = repository
                .createDeployment()
                .name(runbook.runbook())
                .source(SOURCE)
                .enableDuplicateFiltering(false);
        runbook.resources()
                .forEach((path, content) -> builder.addInputStream(path, new java.io.ByteArrayInputStream(content)));
        DeploymentWithDefinitions deployment = builder.deployWithResult();
        List<ProcessDefinition> created = deployment.getDeployedProcessDefinitions();
        ProcessDefinition definition =
                created == null || created.isEmpty() ? latest(runbook.runbook()) : created.get(0);
        return new Outcome(runbook.runbook(), definition.getVersion(), created != null && !created.isEmpty());
    }

    private ProcessDefinition latest(String key) {
        return repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(key)
                .withoutTenantId()
                .latestVersion()
                .singleResult();
    }

    private List<String> removed(List<Deployable> runbooks) {
        Set<String> present = runbooks.stream().map(Deployable::runbook).collect(Collectors.toSet());
        return repository.createDeploymentQuery().deploymentSource(SOURCE).list().stream()
                .map(Deployment::getName)
                .distinct()
                .filter(name -> !present.contains(name))
                .sorted()
                .toList();
    }

    private static List<Violation> engineViolations(ParseException e) {
        List<Violation> violations = new ArrayList<>();
        for (ResourceReport report : e.getResorceReports()) {
            for (Problem problem : report.getErrors()) {
                violations.add(new Violation(
                        report.getResourceName(),
                        problem.getLine(),
                        problem.getMainElementId() == null ? "" : problem.getMainElementId(),
                        "",
                        Rule.ENGINE,
                        "The engine refuses it: " + problem.getMessage() + ".",
                        "Change the element in Modeler."));
            }
        }
        violations.sort(Comparator.comparing(Violation::file).thenComparingInt(Violation::line));
        return violations;
    }
}
