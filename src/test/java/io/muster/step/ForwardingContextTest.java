package io.muster.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ForwardingContextTest {

    /** They follow from what else is overridden. */
    private static final Set<String> DERIVED = Set.of("pause", "checkpoint", "remaining");

    /** A default that is not passed on would mask nothing, or lose a good-bye, without a word. */
    @Test
    void nothingIsLeftToADefault() {
        assertThat(signatures(ForwardingContext.class)).isEqualTo(signatures(StepContext.class));
    }

    private static Set<String> signatures(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && !DERIVED.contains(method.getName()))
                .map(ForwardingContextTest::signature)
                .collect(Collectors.toSet());
    }

    private static String signature(Method method) {
        return method.getName()
                + Stream.of(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .toList();
    }
}
