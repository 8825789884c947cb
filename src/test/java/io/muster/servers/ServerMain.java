package io.muster.servers;

import io.muster.safety.Freezes;
import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder;
import org.camunda.bpm.model.bpmn.impl.BpmnModelConstants;
import org.camunda.bpm.model.bpmn.instance.ExtensionElements;
import org.camunda.bpm.model.bpmn.instance.MultiInstanceLoopCharacteristics;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;

/**
 * A server without its HTTP side. Its standard input takes {@code start RUNBOOK COUNT}, {@code freeze ENVIRONMENT} and
 * {@code decide CHOICE}.
 */
final class ServerMain {

    static final int STEPS = 5;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration",
                "org.camunda.bpm.spring.boot.starter.webapp.CamundaBpmWebappAutoConfiguration"
            })
    @ComponentScan(
            basePackages = {"io.muster.engine", "io.muster.inventory", "io.muster.storage"},
            excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*(Test|StorageApplication).*"))
    @Import({InputBinder.class, StepCatalogue.class, AppendLine.class})
    static class Server {}

    private ServerMain() {}

    /** Arguments are settings. */
    public static void main(String[] args) throws IOException {
        ConfigurableApplicationContext server = new SpringApplicationBuilder(Server.class)
                .web(WebApplicationType.NONE)
                .run(args);
        ProcessEngine engine = server.getBean(ProcessEngine.class);
        String directory = server.getEnvironment().getRequiredProperty("test.directory");
        List.of(
                        sequence(directory),
                        held(directory, "held"),
                        locking(held(directory, "locked")),
                        fanOut(directory),
                        failing(directory))
                .forEach(model -> deploy(engine, model));
        System.out.println("READY");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            obey(server, line.split(" "));
        }
    }

    private static void obey(ConfigurableApplicationContext server, String[] words) {
        if (words[0].equals("freeze")) {
            server.getBean(Freezes.class).freeze(words[1], "approver", "audit");
            return;
        }
        if (words[0].equals("decide")) {
            decide(server.getBean(ProcessEngine.class), words[1]);
            return;
        }
        for (int i = 0; i < Integer.parseInt(words[2]); i++) {
            server.getBean(ProcessEngine.class)
                    .getRuntimeService()
                    .startProcessInstanceByKey(
                            words[1], Map.of("environment", "lab", "names", List.of("a", "b", "c", "d", "e", "f")));
        }
    }

    /** The only open task, as a member of the group that is asked. */
    private static void decide(ProcessEngine engine, String choice) {
        IdentityService identity = engine.getIdentityService();
        User user = identity.newUser("operator");
        user.setPassword("Correct-Horse-7-Staple");
        identity.saveUser(user);
        identity.createMembership("operator", "operators");
        String task = engine.getTaskService().createTaskQuery().singleResult().getId();
        identity.setAuthentication("operator", List.of("operators"));
        try {
            engine.getTaskService().complete(task, Map.of("decision", choice));
        } finally {
            identity.clearAuthentication();
        }
    }

    private static void deploy(ProcessEngine engine, BpmnModelInstance model) {
        String name = model.getModelElementsByType(org.camunda.bpm.model.bpmn.instance.Process.class)
                .iterator()
                .next()
                .getId();
        engine.getRepositoryService()
                .createDeployment()
                .name(name)
                .enableDuplicateFiltering(false)
                .addModelInstance(name + ".bpmn", model)
                .deploy();
    }

    private static BpmnModelInstance sequence(String directory) {
        AbstractFlowNodeBuilder<?, ?> flow = Bpmn.createExecutableProcess("sequence")
                .camundaHistoryTimeToLive(null)
                .startEvent("asked");
        for (int i = 1; i <= STEPS; i++) {
            flow = flow.serviceTask("step-" + i)
                    .camundaAsyncBefore()
                    .camundaDelegateExpression("${appendLine}")
                    .camundaInputParameter("file", directory + "/lines")
                    .camundaInputParameter("line", "step-" + i)
                    .camundaInputParameter("hold", directory + "/hold");
        }
        return flow.endEvent("done").done();
    }

    private static BpmnModelInstance held(String directory, String name) {
        return Bpmn.createExecutableProcess(name)
                .camundaHistoryTimeToLive(null)
                .startEvent("asked")
                .serviceTask("hold")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${appendLine}")
                .camundaInputParameter("file", directory + "/lines")
                .camundaInputParameter("line", name)
                .camundaInputParameter("hold", directory + "/hold")
                .endEvent("done")
                .done();
    }

    private static BpmnModelInstance failing(String directory) {
        return Bpmn.createExecutableProcess("failing")
                .camundaHistoryTimeToLive(null)
                .startEvent("asked")
                .serviceTask("fail")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${appendLine}")
                .camundaInputParameter("file", directory + "/lines")
                .camundaInputParameter("line", "made")
                .camundaInputParameter("needs", directory + "/needed")
                .endEvent("done")
                .done();
    }

    private static BpmnModelInstance locking(BpmnModelInstance model) {
        ExtensionElements extensions = model.newInstance(ExtensionElements.class);
        model.getModelElementsByType(org.camunda.bpm.model.bpmn.instance.Process.class)
                .iterator()
                .next()
                .setExtensionElements(extensions);
        CamundaProperty property = model.newInstance(CamundaProperty.class);
        property.setCamundaName("locks");
        property.setCamundaValue("service:${environment}/notes");
        extensions.addExtensionElement(CamundaProperties.class).addChildElement(property);
        return model;
    }

    private static BpmnModelInstance fanOut(String directory) {
        BpmnModelInstance model = Bpmn.createExecutableProcess("fan-out")
                .camundaHistoryTimeToLive(null)
                .startEvent("asked")
                .serviceTask("each")
                .camundaDelegateExpression("${appendLine}")
                .camundaInputParameter("file", directory + "/lines")
                .camundaInputParameter("line", "${name}")
                .camundaInputParameter("hold", directory + "/hold")
                .multiInstance()
                .parallel()
                .camundaAsyncBefore()
                .camundaCollection("${names}")
                .camundaElementVariable("name")
                .multiInstanceDone()
                .endEvent("done")
                .done();
        model.getModelElementsByType(MultiInstanceLoopCharacteristics.class)
                .forEach(loop -> loop.setAttributeValueNs(BpmnModelConstants.CAMUNDA_NS, "exclusive", "false"));
        return model;
    }
}
