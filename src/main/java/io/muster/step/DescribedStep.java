package io.muster.step;

import java.util.List;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** Stands for a step that is only described, not run. */
record DescribedStep(Class<?> type) implements Step<Record, Record> {

    /** The classes below a package that are annotated as steps, in the order of their names. */
    static List<Class<?>> classes(String packageName) {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(StepInfo.class));
        return scanner.findCandidateComponents(packageName).stream()
                .map(BeanDefinition::getBeanClassName)
                .sorted()
                .<Class<?>>map(name -> ClassUtils.resolveClassName(name, ClassUtils.getDefaultClassLoader()))
                .toList();
    }

    @Override
    public Record run(Record input, StepContext context) {
        throw new IllegalStateException(type + " is only described here: no server runs");
    }

    @Override
    public String target(Record input) {
        throw new IllegalStateException(type + " is only described here: no server runs");
    }
}
