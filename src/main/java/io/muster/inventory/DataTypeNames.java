package io.muster.inventory;

import java.lang.reflect.Constructor;
import java.util.Set;
import java.util.TreeSet;
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
            } catch (ClassNotFoundException | NoSuchMethodException e) {
                throw new IllegalStateException(
                        found.getBeanClassName() + " is a type of data and has no constructor without parameters, so"
                                + " `inventory check` cannot ask it for its name. Give it one.",
                        e);
            }
        });
        return names;
    }
}
