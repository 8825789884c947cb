package io.muster.step;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a component of a step's input or output. An input component without {@code @NotNull}/{@code @NotBlank} and
 * without a default is optional and arrives as null (lists and maps arrive empty).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Field {

    /** The label in Modeler. */
    String label();

    /** One sentence: meaning, unit, form. */
    String description() default "";

    /** The text that binds when the diagram gives none. */
    String defaultValue() default "";

    /** A value for the documentation; a test binds it. */
    String example() default "";

    /** A field of several lines (scripts, lists, bodies). */
    boolean multiline() default false;

    /** Its value is never shown: masked in the journal, in logs and in errors. */
    boolean secret() default false;
}
