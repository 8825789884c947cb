package io.muster.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinksTest {

    @Test
    void linksBeginWithTheAddressThatPeopleOpen() {
        assertThat(new Links("https://muster.example.org/ops/").task("a b"))
                .isEqualTo("https://muster.example.org/ops/camunda/app/tasklist/default/#/?task=a%20b");
        assertThat(new Links("http://localhost:8080").start("prod", "a&b"))
                .isEqualTo(
                        "http://localhost:8080/camunda/app/cockpit/default/#/muster-start?environment=prod&service=a%26b");
    }

    @Test
    void withoutOneTheyArePaths() {
        assertThat(new Links(null).task("t")).isEqualTo("/camunda/app/tasklist/default/#/?task=t");
        assertThat(new Links(" ").task("t")).startsWith("/camunda");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "muster.example.org",
                "ftp://muster.example.org",
                "https://",
                "https://a/?x=1",
                "https://a/#x",
                "https://user:pass@muster.example.org",
                "javascript:alert(1)"
            })
    void whatIsNoAddressIsNamed(String wrong) {
        assertThatThrownBy(() -> new Links(wrong)).hasMessageContaining("MUSTER_BASE_URL");
    }
}
