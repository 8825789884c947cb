package io.muster.steps.testdata;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvidenceTest {

    private static final String DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private static Listing.Row row(String id, String value) {
        return new Listing.Row("note", id, value, java.util.List.of(), 0);
    }

    @ParameterizedTest
    @CsvSource({
        "muster-test-note-1, 7, muster-test-note-1",
        "4711, Customer of Kassel, Customer of Kassel",
        "n1, Ann Miller, Ann Miller"
    })
    void aRecordIsKnownByItsIdOrWhereThatTellsNothingByItsValue(String id, String value, String word) {
        assertThat(Evidence.of(row(id, value))).contains(word);
    }

    @Test
    void numbersAndChecksumsProveNothing() {
        assertThat(Evidence.of(row("1234567", DIGEST))).isEmpty();
        assertThat(Evidence.of(row("12-34-56", "2026-01-01"))).isEmpty();
        assertThat(Evidence.of(row("a", "b"))).isEmpty();
    }
}
