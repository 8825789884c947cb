package io.muster.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A person changes some inputs of a failed step; the others are taken from the journal, and must still mean the same. */
class RecordedInputTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ValueConverter converter = new ValueConverter();

    static Collection<StepDescriptor> steps() {
        return StepCatalogue.described("io.muster.steps", new InputBinder()).all();
    }

    @ParameterizedTest
    @CsvSource({"0,0B", "1,1B", "1023,1023B", "1024,1KiB", "10000000,10MB", "1536000,1500KiB", "5368709120,5GiB"})
    void aSizeIsRecordedExactly(long bytes, String written) {
        assertThat(new ByteSize(bytes).exact()).isEqualTo(written);
        assertThat(ByteSize.parse(written)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void whatWasRecordedCanBeGivenAgain(StepDescriptor step) throws Exception {
        for (FieldDescriptor field : step.inputs()) {
            Optional<String> text = field.defaultValue().or(field::example);
            if (text.isPresent() && !field.secret()) {
                Object value = converter.convert(field, text.get());
                Object recorded = JSON.convertValue(RecordJson.tree(value), Object.class);
                assertThat(converter.convert(field, recorded)).as(field.name()).isEqualTo(value);
            }
        }
    }
}
