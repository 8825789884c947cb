package io.muster.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;

class StepCatalogueTest {

    private final InputBinder binder = new InputBinder();

    @Test
    void aStepIsDescribedByItsAnnotations() {
        StepDescriptor step = SampleSteps.describe(new SampleSteps.EverythingStep());

        assertThat(step.name()).isEqualTo("everything");
        assertThat(step.timeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(step.afterCrash()).isEqualTo(AfterCrash.RESUME);
        assertThat(step.errors()).containsExactly("CheckFailed");
        assertThat(step.inputs())
                .extracting(FieldDescriptor::name)
                .startsWith("host", "port", "bytes")
                .hasSize(14);
        assertThat(step.outputs()).extracting(FieldDescriptor::name).containsExactly("digest", "took", "mode");
    }

    @Test
    void aFieldSaysItsKindWhetherItIsNeededAndWhatItMustSatisfy() {
        StepDescriptor step = SampleSteps.describe(new SampleSteps.EverythingStep());

        FieldDescriptor host = step.input("host").orElseThrow();
        assertThat(host.required()).isTrue();
        assertThat(host.example()).contains("core-01");
        FieldDescriptor port = step.input("port").orElseThrow();
        assertThat(port.required()).isFalse();
        assertThat(port.defaultValue()).contains("22");
        assertThat(port.kind()).isEqualTo(FieldDescriptor.Kind.INTEGER);
        assertThat(port.constraints()).containsExactly("at least 1", "at most 65535");
        assertThat(step.input("mode").orElseThrow().options()).containsExactly("rolling-update", "all-at-once");
        assertThat(step.input("token").orElseThrow().secret()).isTrue();
        assertThat(step.input("labels").orElseThrow().multiline()).isTrue();
    }

    @Test
    void aProxiedStepIsDescribedByItsOwnClass() {
        ProxyFactory factory = new ProxyFactory(new SampleStepsProxyTarget());
        factory.setProxyTargetClass(true);
        assertThat(SampleSteps.describe((Step<?, ?>) factory.getProxy()).name()).isEqualTo("proxied");
    }

    @Test
    void allMalformedDescriptionsAreToldAtOnce() {
        List<Step<?, ?>> steps =
                List.of(new Malformed(), new NotDescribed(), new SampleSteps.NamesStep(), new SampleSteps.NamesStep());
        String malformed = "- " + Malformed.class.getName();
        assertThatThrownBy(() -> new StepCatalogue(steps, binder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("The steps are not described as they must be:\n")
                .hasMessageContaining(malformed + " has the name 'Bad Name'.")
                .hasMessageContaining(malformed + " has a blank title, description or category.")
                .hasMessageContaining(malformed + " has the timeout 'soon'.")
                .hasMessageContaining(malformed + " has the error 'not camel'.")
                .hasMessageContaining(malformed + " has an input 'thread' of type java.lang.Thread,")
                .hasMessageContaining(malformed + " has an input 'unlabelled' without a label.")
                .hasMessageContaining(malformed + " has an input 'timeout'. Every step takes that parameter already")
                .hasMessageContaining(malformed + " has a secret input 'password' with a default.")
                .hasMessageContaining(malformed + " has a secret output 'token'.")
                .hasMessageContaining(malformed + " has an output 'empty', which is a word of the expression language.")
                .hasMessageContaining(malformed + " has a wrong default. Input 'port' is '0': it must be greater")
                .hasMessageContaining(malformed + " has a wrong example. Input 'port' is 'none': it is not a whole")
                .hasMessageContaining("- " + NotDescribed.class.getName() + " has no @StepInfo.")
                .hasMessageContaining("has the name 'names', which " + SampleSteps.NamesStep.class.getName());
    }

    @Test
    void theNearestNameIsFoundThroughTheUsualSlips() {
        List<String> known = List.of("sshCommand", "sshUpload", "dockerPull");
        assertThat(Nearest.to("sshComand", known)).contains("sshCommand");
        assertThat(Nearest.to("SSHCommand", known)).contains("sshCommand");
        assertThat(Nearest.to("dockerPlul", known)).contains("dockerPull");
        assertThat(Nearest.hint("reboot", known)).isEqualTo("Known: dockerPull, sshCommand, sshUpload.");
    }

    record MalformedInput(
            @Field(label = "Thread") Thread thread,
            String unlabelled,
            @Field(label = "Timeout") Duration timeout,
            @Field(label = "Password", secret = true, defaultValue = "secret:x") String password,
            @Min(1) @Field(label = "Port", defaultValue = "0", example = "none") int port) {}

    record MalformedOutput(
            @Field(label = "Token", secret = true) String token, @Field(label = "Empty") boolean empty) {}

    @StepInfo(
            name = "Bad Name",
            title = "",
            description = "d",
            category = "c",
            changes = false,
            afterCrash = AfterCrash.ASK,
            timeout = "soon",
            errors = "not camel")
    static final class Malformed implements Step<MalformedInput, MalformedOutput> {
        @Override
        public MalformedOutput run(MalformedInput input, StepContext context) {
            return new MalformedOutput("", false);
        }

        @Override
        public String target(MalformedInput input) {
            return "";
        }
    }

    static final class NotDescribed implements Step<SampleSteps.Names, SampleSteps.Nothing> {
        @Override
        public SampleSteps.Nothing run(SampleSteps.Names input, StepContext context) {
            return new SampleSteps.Nothing();
        }

        @Override
        public String target(SampleSteps.Names input) {
            return "";
        }
    }

    record Host(@NotBlank @Field(label = "Host") String host) {}

    @StepInfo(
            name = "proxied",
            title = "Be proxied",
            description = "d",
            category = "c",
            changes = false,
            afterCrash = AfterCrash.ASK)
    static class SampleStepsProxyTarget implements Step<Host, SampleSteps.Nothing> {
        @Override
        public SampleSteps.Nothing run(Host input, StepContext context) {
            return new SampleSteps.Nothing();
        }

        @Override
        public String target(Host input) {
            return input.host();
        }
    }
}
