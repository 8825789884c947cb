package io.muster.e2e;

import java.io.IOException;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/** Keeps the configurations of other tests out of the server: only what is shipped is found. */
final class OnlyMuster extends TypeExcludeFilter {

    @Override
    public boolean match(MetadataReader reader, MetadataReaderFactory factory) throws IOException {
        return reader.getResource().getURL().getPath().contains("/test-classes/");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OnlyMuster;
    }

    @Override
    public int hashCode() {
        return OnlyMuster.class.hashCode();
    }
}
