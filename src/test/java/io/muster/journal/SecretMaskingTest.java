package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretMaskingTest {

    private final Set<String> known = new HashSet<>();
    private final SecretMasking masking = new SecretMasking(() -> known);

    @Test
    void aKnownSecretIsMaskedWhereverItStandsAlsoOneThatBecameKnownLater() {
        assertThat(masking.mask("token=hunter22")).isEqualTo("token=hunter22");
        known.add("hunter22");
        assertThat(masking.mask("token=hunter22 and hunter22")).isEqualTo("token=*** and ***");
    }

    @Test
    void theLongestIsMaskedWhole() {
        known.addAll(List.of("hunter", "hunter-and-gatherer"));
        assertThat(masking.mask("hunter-and-gatherer, hunter!")).isEqualTo("***, ***!");
    }

    @Test
    void overlappingSecretsLeaveNoEnd() {
        known.addAll(List.of("abcdef", "defghi"));
        assertThat(masking.mask("-abcdefghi-")).isEqualTo("-***-");
    }

    @Test
    void valuesOfThreeCharactersAreLeft() {
        known.addAll(List.of("yes", ""));
        assertThat(masking.mask("yes")).isEqualTo("yes");
    }

    @Test
    void aKeyOfSeveralLinesIsMaskedLineByLineToo() {
        known.add("-----BEGIN KEY-----\nAAAAB3NzaC1yc2E\nMIIEowIBAAKCAQEA\n-----END KEY-----\n");
        assertThat(masking.mask("  MIIEowIBAAKCAQEA\r\n")).isEqualTo("  ***\r\n");
        assertThat(masking.mask("x-----BEGIN KEY-----\nAAAAB3NzaC1yc2E\nMIIEowIBAAKCAQEA\n-----END KEY-----\ny"))
                .isEqualTo("x***y");
    }

    @Test
    void jsonStaysJson() {
        known.addAll(List.of("12345", "quote\"d"));
        assertThat(masking.maskJson("{\"port\":12345,\"12345\":[\"x quote\\\"d\",1.5,null,true]}"))
                .isEqualTo("{\"port\":\"***\",\"***\":[\"x ***\",1.5,null,true]}");
        assertThat(masking.maskJson("{ \"untouched\" : 1.50 }")).isEqualTo("{ \"untouched\" : 1.50 }");
    }

    @Test
    void whatIsNotJsonIsRefusedWithoutQuotingIt() {
        known.add("hunter22");
        assertThatThrownBy(() -> masking.maskJson("{hunter22"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter22")
                .hasNoCause();
    }

    @Test
    void chunksCutAnywhereGiveTheSameAsTheWhole() {
        known.addAll(List.of("abab", "babaa", "aabbaabb", "bbbbb"));
        Random random = new Random(42);
        for (int round = 0; round < 2_000; round++) {
            String text = random.ints(random.nextInt(60), 'a', 'd')
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            StringBuilder chunked = new StringBuilder();
            SecretMasking.Stream stream = masking.stream();
            for (int at = 0; at < text.length(); ) {
                int end = Math.min(text.length(), at + 1 + random.nextInt(4));
                stream.feed(text.substring(at, end), chunked);
                at = end;
            }
            stream.end(chunked);
            assertThat(chunked).hasToString(masking.mask(text));
            known.forEach(secret -> assertThat(chunked.toString()).doesNotContain(secret));
        }
    }
}
