package io.muster.step;

import jakarta.validation.Constraint;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Negative;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.core.annotation.AnnotationUtils;

/** Reads Bean Validation constraints as phrases for people. */
final class Constraints {

    private static final Set<Class<? extends Annotation>> PRESENCE =
            Set.of(NotNull.class, NotBlank.class, NotEmpty.class);

    private Constraints() {}

    static boolean presence(AnnotatedElement element) {
        return PRESENCE.stream().anyMatch(element::isAnnotationPresent);
    }

    static Optional<String> pattern(AnnotatedElement element) {
        return Optional.ofNullable(element.getAnnotation(Pattern.class)).map(Pattern::regexp);
    }

    static List<String> phrases(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations())
                .filter(annotation -> annotation.annotationType().isAnnotationPresent(Constraint.class))
                .filter(annotation -> !PRESENCE.contains(annotation.annotationType()))
                .map(Constraints::phrase)
                .toList();
    }

    private static String phrase(Annotation annotation) {
        Object message = AnnotationUtils.getValue(annotation, "message");
        if (message instanceof String own && !own.isBlank() && !own.startsWith("{")) {
            return own;
        }
        return standard(annotation);
    }

    private static String standard(Annotation annotation) {
        if (annotation instanceof Min min) {
            return "at least " + min.value();
        }
        if (annotation instanceof Max max) {
            return "at most " + max.value();
        }
        if (annotation instanceof DecimalMin min) {
            return (min.inclusive() ? "at least " : "more than ") + min.value();
        }
        if (annotation instanceof DecimalMax max) {
            return (max.inclusive() ? "at most " : "less than ") + max.value();
        }
        if (annotation instanceof Pattern pattern) {
            return "matches `" + pattern.regexp() + "`";
        }
        if (annotation instanceof Size size) {
            return size(size);
        }
        if (annotation instanceof Positive) {
            return "more than 0";
        }
        if (annotation instanceof PositiveOrZero) {
            return "at least 0";
        }
        return annotation instanceof Negative
                ? "less than 0"
                : annotation.annotationType().getSimpleName();
    }

    private static String size(Size size) {
        if (size.min() == 0) {
            return "at most " + size.max() + " long";
        }
        return size.max() == Integer.MAX_VALUE
                ? "at least " + size.min() + " long"
                : size.min() + " to " + size.max() + " long";
    }
}
