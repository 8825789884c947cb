package io.muster.steps;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test runs each of these steps twice with the same input and no other changing step between: first with an effect, then
 * without one. The test fails when it does not.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(TwiceEqualsOnceCheck.class)
public @interface TwiceEqualsOnce {

    /** Names of steps. */
    String[] value() default {};

    /** Of steps that cause their effect again, where that is the same or declared: the test shows why it does no harm. */
    String[] again() default {};
}
