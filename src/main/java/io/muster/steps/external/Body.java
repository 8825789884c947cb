package io.muster.steps.external;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.spi.json.JacksonJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import io.muster.inventory.External;
import io.muster.inventory.Inventory;
import io.muster.remote.HttpProbe;
import io.muster.remote.OutsideProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares an answer with what is expected. */
final class Body {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Configuration TREES = Configuration.builder()
            .jsonProvider(new JacksonJsonProvider(MAPPER))
            .mappingProvider(new JacksonMappingProvider(MAPPER))
            .build();

    private Body() {}

    static List<String> differences(External expected, OutsideProbe.Answer answer) {
        return differences(
                expected.status(), expected.jsonPath(), expected.jsonValue(), answer.status(), answer.body());
    }

    static List<String> differences(Inventory.Health expected, HttpProbe.Answer answer) {
        return differences(
                expected.status(), expected.jsonPath(), expected.jsonValue(), answer.status(), answer.body());
    }

    private static List<String> differences(
            int expected, Optional<String> jsonPath, Optional<String> jsonValue, int status, String body) {
        List<String> wrong = new ArrayList<>();
        if (status != expected) {
            wrong.add("status " + status + " instead of " + expected);
        }
        jsonPath.ifPresent(path -> {
            try {
                Object found = JsonPath.using(TREES)
                        .parse(MAPPER.readValue(body, Object.class))
                        .read(path);
                String text = found instanceof String it ? it : MAPPER.writeValueAsString(found);
                jsonValue
                        .filter(value -> !value.equals(text))
                        .ifPresent(
                                value -> wrong.add(path + " is '" + shortened(text) + "' instead of '" + value + "'"));
            } catch (JsonProcessingException e) {
                wrong.add("the body is not JSON, so there is nothing at " + path);
            } catch (JsonPathException e) {
                wrong.add("there is nothing at " + path);
            }
        });
        return wrong;
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
