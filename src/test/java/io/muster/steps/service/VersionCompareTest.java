package io.muster.steps.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.TestContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionCompareTest {

    private static final TestContext CONTEXT = TestContext.in("test");

    @ParameterizedTest
    @CsvSource({
        "1.1.0, 1.1.1, patch, 0, false",
        "1.1.0, 1.2.0, minor, 0, false",
        "1.9.0, 1.10.0, minor, 0, false",
        "1.1.0, 2.0.0, major, 1, false",
        "1.1.0, 3.0.0, major, 2, false",
        "v1.1.0, v2.0.0, major, 1, false",
        "2.0.0, 1.9.9, downgrade, 1, false",
        "1.2.0, 1.1.0, downgrade, 0, false",
        "1.1.0, 2.0.0-rc.1, major, 1, true",
        "2.0.0-rc.1, 2.0.0, patch, 0, false",
        "2.0.0, 2.0.0-rc.1, downgrade, 0, true",
        "1.1.0, latest, unordered, 0, false",
        "1.1.0, sha256:0123, unordered, 0, false",
        "nightly, 1.1.0, unordered, 0, false",
        "1.1.0, 1.1.0, unordered, 0, false"
    })
    void theStepIsToldFromTheNumbers(String now, String wanted, String step, int majors, boolean pre) {
        VersionCompare.Output output = compare(now, "notes@sha256:a", wanted, "notes@sha256:b");
        assertThat(output.step()).isEqualTo(step);
        assertThat(output.majorsApart()).isEqualTo(majors);
        assertThat(output.preRelease()).isEqualTo(pre);
        assertThat(output.summary()).contains(now, wanted);
    }

    @ParameterizedTest
    @CsvSource({"1.1.0, a, 1.1.0, a, same", "1.1.0, a, 1.1.1, a, patch", "'', a, 1.1.0, a, unordered"})
    void onlyTheSameNameWithTheSameContentIsTheSame(
            String now, String image, String wanted, String wantedImage, String step) {
        assertThat(compare(now.isEmpty() ? null : now, image, wanted, wantedImage)
                        .step())
                .isEqualTo(step);
    }

    private static VersionCompare.Output compare(String now, String image, String wanted, String wantedImage) {
        return new VersionCompare().run(new VersionCompare.Input(now, image, wanted, wantedImage), CONTEXT);
    }
}
