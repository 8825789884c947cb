package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules for promotions and for the archive, on the documented example. */
class InventoryPromotionRulesTest {

    @TempDir
    Path directory;

    private InventoryFixture example;

    @BeforeEach
    void read() throws IOException {
        example =
                new InventoryFixture(directory, Files.readString(InventoryFixture.EXAMPLES.resolve("inventory.yaml")));
    }

    private List<String> violations(String old, String replacement) {
        return example.with(old, replacement).violations();
    }

    @Test
    void whatIsLeftOutStaysAsItIs() {
        Inventory.Promotion promotion = InventoryFixture.services(example.read())
                .get("wiki")
                .promotion()
                .orElseThrow();
        assertThat(promotion.container()).isEqualTo("apps-01");
        assertThat(promotion.after()).isEqualTo(Duration.ofDays(14));
        assertThat(promotion.volumes()).isEmpty();
        assertThat(example.with("          after: P14D\n", "").read())
                .satisfies(inventory -> assertThat(InventoryFixture.services(inventory)
                                .get("wiki")
                                .promotion()
                                .orElseThrow()
                                .after())
                        .isEqualTo(Duration.ofDays(7)));
    }

    @Test
    void aPromotionToWhereItIsAlreadyIsRefused() {
        assertThat(violations("          container: apps-01\n", "          container: trial-01\n"))
                .anySatisfy(problem -> assertThat(problem)
                        .contains("services.wiki.promotion.container", "where the service is already"));
    }

    @Test
    void aPromotionGoesToAHostThatCanRunIt() {
        assertThat(violations("          container: apps-01\n", "          container: bastion\n"))
                .anySatisfy(problem -> assertThat(problem).contains("wiki.promotion.container", "has no docker"))
                .anySatisfy(problem -> assertThat(problem).contains("wiki.promotion.container", "has no class"));
        assertThat(violations("          container: bastion\n", "          container: app-01\n"))
                .singleElement()
                .asString()
                .contains("there is no host 'app-01'");
    }

    @Test
    void aPortOfAPromotionCountsAsPublishedThere() {
        assertThat(violations("8090:8080", "8080:8080"))
                .singleElement()
                .asString()
                .contains("wiki.promotion.ports[0]", "published by service 'notes' already");
    }

    @Test
    void thereAreAsManyVolumesAsBefore() {
        assertThat(violations("          after: P14D\n", "          volumes: [\"/srv/a:/a\", \"/srv/b:/b\"]\n"))
                .singleElement()
                .asString()
                .contains("wiki.promotion.volumes", "not as many volumes");
    }

    @Test
    void anArchiveIsOnAHostThatThereIs() {
        assertThat(violations("    archive:\n      host: monitoring-01", "    archive:\n      host: monitoring-02"))
                .singleElement()
                .asString()
                .contains("archive.host", "there is no host 'monitoring-02'");
        assertThat(violations("      directory: /srv/persistent/archive", "      directory: archive"))
                .anySatisfy(problem -> assertThat(problem).contains("archive.directory"));
    }
}
