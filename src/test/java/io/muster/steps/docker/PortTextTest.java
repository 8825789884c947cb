package io.muster.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortTextTest {

    @Test
    void readsBothFormsAndWritesThemBack() {
        assertThat(PortText.parse("8080:80")).hasToString("8080:80");
        assertThat(PortText.parse("192.0.2.1:8080:80")).hasToString("192.0.2.1:8080:80");
    }

    @Test
    void dockersAnyAddressIsNoAddress() {
        assertThat(PortText.of("0.0.0.0", "8080", 80)).isEqualTo("8080:80");
        assertThat(PortText.of("", "8080", 80)).isEqualTo("8080:80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8080", "0:80", "80:65536", "eighty:80", "8080:80/udp", ""})
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> PortText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }
}
