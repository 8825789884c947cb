package io.muster.engine;

import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import org.camunda.spin.impl.json.jackson.format.JacksonJsonDataFormat;
import org.camunda.spin.spi.DataFormatConfigurator;
import org.camunda.spin.spi.TypeDetector;

/**
 * Lists and maps are kept with types that can be read again. Camunda would note the class of the value, for a decision
 * without a result {@code Collections$EmptyList}, which nothing can create: then all variables of that run are unreadable.
 */
public final class CollectionTypes implements DataFormatConfigurator<JacksonJsonDataFormat> {

    @Override
    public Class<JacksonJsonDataFormat> getDataFormatClass() {
        return JacksonJsonDataFormat.class;
    }

    @Override
    public void configure(JacksonJsonDataFormat format) {
        format.addTypeDetector(new As(List.class, "java.util.ArrayList<java.lang.Object>"));
        format.addTypeDetector(new As(Map.class, "java.util.LinkedHashMap<java.lang.String,java.lang.Object>"));
    }

    private record As(Class<?> kind, String name) implements TypeDetector {

        /** Those of the JDK that are not meant to be created by name. */
        @Override
        public boolean canHandle(Object value) {
            return kind.isInstance(value)
                    && value.getClass().getName().startsWith("java.util.")
                    && !Modifier.isPublic(value.getClass().getModifiers());
        }

        @Override
        public String detectType(Object value) {
            return name;
        }
    }
}
