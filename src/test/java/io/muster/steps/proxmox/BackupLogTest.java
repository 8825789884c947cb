package io.muster.steps.proxmox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Lines as Proxmox VE 9 writes them. */
class BackupLogTest {

    private static BackupLog heard(String... lines) {
        BackupLog log = new BackupLog("suspend");
        for (String line : lines) {
            log.hear(line);
        }
        return log;
    }

    @Test
    void sizesAreCutAfterTheirLastDigit() {
        assertThat(heard("INFO: archive file size: 70MB").sized(74_214_170)).isTrue();
        assertThat(heard("INFO: archive file size: 70MB").sized(37_107_085)).isFalse();
        assertThat(heard("INFO: archive file size: 1.23GB").sized(1_325_000_000))
                .isTrue();
        assertThat(heard("INFO: archive file size: 1.23GB").sized(1_400_000_000))
                .isFalse();
        assertThat(heard("INFO: archive file size: 512B").sized(512)).isTrue();
    }

    @Test
    void aLogThatSaysNoSizeContradictsNone() {
        assertThat(heard("INFO: backup mode: suspend").sized(1)).isTrue();
    }

    @Test
    void whatItCallsErrorsIsKept() {
        BackupLog log = heard(
                "INFO: Starting Backup of VM 110 (lxc)",
                "tar: ./var: Cannot write: No space left on device",
                "ERROR: Backup of VM 110 failed - CT is locked (backup)");
        assertThat(log.error()).contains("No space left on device", "CT is locked (backup)");
    }
}
