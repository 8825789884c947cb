package io.muster.remote.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VersionOrderTest {

    @Test
    void numbersAreNumbersPreReleasesComeBeforeTheirReleaseAndOtherTagsFirst() {
        List<String> expected = List.of(
                "latest",
                "sha-0a1b2c",
                "0.9",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0",
                "1.0.0",
                "v1.0.0",
                "1.2.9",
                "1.2.10",
                "1.10.0",
                "2",
                "10.0.0",
                "20240101",
                "99999999999999999999999");
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            List<String> shuffled = new ArrayList<>(expected);
            Collections.shuffle(shuffled, random);
            shuffled.sort(VersionOrder.INSTANCE);
            assertThat(shuffled).isEqualTo(expected);
        }
    }
}
