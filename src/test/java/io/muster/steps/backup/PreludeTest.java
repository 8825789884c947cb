package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PreludeTest {

    private static final String LONG = "customer_accounts_of_the_region_";

    private static String beside(String database) {
        return RealServer.run("sh", "-c", Prelude.FUNCTIONS + "beside \"$1\"", "sh", database);
    }

    @Test
    void databasesWithLongNamesAreRestoredBesideThemselvesAndNotIntoEachOther() {
        assertThat(beside("shop")).isEqualTo("shop");
        assertThat(beside(LONG + "north"))
                .isNotEqualTo(beside(LONG + "south"))
                .matches("customer_accounts_of_the-\\d+");
        assertThat(beside("ü".repeat(25))).matches("_{24}-\\d+");
        String longest = beside("d".repeat(63)) + "-muster-t1a2b3c4d-part";
        assertThat(longest).hasSizeLessThanOrEqualTo(63);
    }
}
