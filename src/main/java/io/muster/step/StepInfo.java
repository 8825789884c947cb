package io.muster.step;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.stereotype.Component;

/** Describes a step for the catalogue. The bean name is what a diagram names: {@code ${sshCommand}}. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Component
public @interface StepInfo {

    /** The name in diagrams, lowerCamelCase and stable. It is the name of the delegate's bean, not of the step's. */
    String name();

    /** Verb and object, as a task in a diagram would be labelled: {@code Run a command over SSH}. */
    String title();

    /** What it does, what it leaves alone, when it fails: one paragraph of plain Markdown. */
    String description();

    /** The group in Modeler and in {@code docs/steps.md}: {@code SSH}, {@code Docker}, {@code Check}, … */
    String category();

    /** Whether it changes something on its target. A freeze switch and the linter look at this. */
    boolean changes();

    /** What happens when its server died while it ran. */
    AfterCrash afterCrash();

    /** The time limit where the diagram sets none, ISO-8601. */
    String timeout() default "PT10M";

    /** The error codes (reasons) a diagram can usefully catch. */
    String[] errors() default {};
}
