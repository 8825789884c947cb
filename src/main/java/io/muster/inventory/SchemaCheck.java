package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.resource.DisallowSchemaLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/** Checks a document against {@code inventory.schema.json}, which editors use too; nothing is fetched. */
final class SchemaCheck {

    static final JsonNode SCHEMA = load();
    private static final JsonSchema VALIDATOR = JsonSchemaFactory.getInstance(
                    SpecVersion.VersionFlag.V202012,
                    factory -> factory.schemaLoaders(loaders -> loaders.add(DisallowSchemaLoader.getInstance())))
            .getSchema(
                    SCHEMA,
                    SchemaValidatorsConfig.builder()
                            .pathType(PathType.JSON_POINTER)
                            .regularExpressionFactory(SchemaCheck::whole)
                            .build());

    private SchemaCheck() {}

    static void check(YamlDocument document, Findings findings) {
        SchemaMessages messages = new SchemaMessages(document, findings);
        VALIDATOR.validate(document.root()).forEach(messages::report);
    }

    /** Java's {@code $} lets a last line break pass, the schema's does not; every pattern in it is anchored at both ends. */
    private static RegularExpression whole(String regex) {
        return Pattern.compile(regex).asMatchPredicate()::test;
    }

    private static JsonNode load() {
        try (InputStream in = SchemaCheck.class.getResourceAsStream("/inventory/inventory.schema.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
