package io.muster.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({"512MiB,536870912", "2GB,2000000000", "1048576,1048576", "1.5KiB,1536", "3 kib,3072", "7B,7"})
    void readsBinaryAndDecimalUnits(String text, long bytes) {
        assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "12 parsecs", "-1", "1,5GiB", "5i"})
    void refusesWhatIsNoSizeAndSaysWhatToWrite(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write 512MiB, 2GiB, 500MB or a number of bytes");
    }

    @Test
    void showsTheLargestReadableUnit() {
        assertThat(new ByteSize(1536L << 20)).hasToString("1.5 GiB");
        assertThat(new ByteSize(0)).hasToString("0 B");
        assertThat(new ByteSize(2L << 40)).hasToString("2 TiB");
    }
}
