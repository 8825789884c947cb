package io.muster.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.recovery.Measure;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceViewTest {

    private static Optional<Measure> measured(String seconds) {
        return Optional.of(new Measure(
                "rto",
                Measure.Unit.SECONDS,
                new BigDecimal(seconds),
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH));
    }

    /** A recovery of half a second did not take none. */
    @Test
    void whatWasMeasuredIsNotCutToWholeSeconds() {
        assertThat(ServiceView.seconds(measured("0.496"))).isEqualTo("PT0.496S");
        assertThat(ServiceView.seconds(measured("90"))).isEqualTo("PT1M30S");
        assertThat(ServiceView.seconds(Optional.empty())).isNull();
    }
}
