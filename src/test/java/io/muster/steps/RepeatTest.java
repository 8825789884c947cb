package io.muster.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.AfterCrash;
import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.classreading.CachingMetadataReaderFactory;

/** A step that changes something and says that it may be repeated has a test that runs it twice, see {@link TwiceEqualsOnce}. */
class RepeatTest {

    @Test
    void everyStepThatChangesAndMayBeRepeatedIsShownToBeTheSameTwice() throws Exception {
        List<String> shown = proofs().flatMap(method -> {
                    TwiceEqualsOnce says = method.getAnnotation(TwiceEqualsOnce.class);
                    return Stream.concat(Arrays.stream(says.value()), Arrays.stream(says.again()));
                })
                .distinct()
                .toList();
        assertThat(StepCatalogue.described("io.muster.steps", new InputBinder()).all().stream()
                        .filter(StepDescriptor::changes)
                        .filter(step -> step.afterCrash() == AfterCrash.REPEAT)
                        .map(StepDescriptor::name))
                .as(
                        "steps that change something and are REPEAT: each needs a test with @TwiceEqualsOnce that runs it twice")
                .isNotEmpty()
                .allSatisfy(step -> assertThat(shown).contains(step));
    }

    @Test
    void aProofIsATestThatRuns() throws Exception {
        assertThat(proofs()).isNotEmpty().allMatch(method -> method.isAnnotationPresent(Test.class));
    }

    private static Stream<Method> proofs() throws IOException {
        CachingMetadataReaderFactory metadata = new CachingMetadataReaderFactory();
        Resource[] classes =
                new PathMatchingResourcePatternResolver().getResources("classpath*:io/muster/steps/**/*.class");
        return Arrays.stream(classes).flatMap(resource -> methods(metadata, resource));
    }

    private static Stream<Method> methods(CachingMetadataReaderFactory metadata, Resource resource) {
        try {
            var reader = metadata.getMetadataReader(resource);
            boolean any = reader.getAnnotationMetadata().hasAnnotatedMethods(TwiceEqualsOnce.class.getName());
            return any
                    ? Arrays.stream(Class.forName(reader.getClassMetadata().getClassName())
                                    .getDeclaredMethods())
                            .filter(method -> method.isAnnotationPresent(TwiceEqualsOnce.class))
                    : Stream.empty();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
