package io.muster.inventory;

import java.lang.reflect.Constructor;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.BeanUtils;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;

/** Which types of data there are: those of this version, and classes that were added. */
final class DataTypeNames {

    /** Where classes of steps and of data are, as the server looks for them. */
    private static final String PACKAGE = "io.muster.steps";

    private DataTypeNames() {}

    /** By the classes of this program, without a server: those that can be made of nothing, as types of scripts can. */
    static Set<String> ofClasses() {
        return OfClasses.NAMES;
    }

    /** Those, and what a server made of more. */
    static Set<String> and(Stream<DataTypeName> beans) {
        return Stream.concat(ofClasses().stream(), beans.map(DataTypeName::name))
                .collect(Collectors.toSet());
    }

    /** Classes do not change while a program runs. */
    private static final class OfClasses {
        static final Set<String> NAMES = scanned();
    }

    private static Set<String> scanned() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(DataTypeName.class));
        Set<String> names = new TreeSet<>();
        scanner.findCandidateComponents(PACKAGE).forEach(found -> {
            try {
                Constructor<?> constructor =
                        Class.forName(found.getBeanClassName()).getDeclaredConstructor();
                names.add(((DataTypeName) BeanUtils.instantiateClass(constructor)).name());
            } catch (NoSuchMethodException e) {
                // Only a server can make it, which adds the names of its beans.
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        });
        return names;
    }
}
