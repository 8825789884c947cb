package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.schmizz.sshj.DefaultConfig;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.transport.cipher.Cipher;
import org.junit.jupiter.api.Test;

class PlatformGcmTest {

    private static final int LENGTH = 4;
    private static final int TAG = 16;

    private final Random random = new Random(1);
    private final List<Factory.Named<Cipher>> known = new DefaultConfig().getCipherFactories();
    private final List<Factory.Named<Cipher>> ciphers = PlatformGcm.before(known);

    @Test
    void itIsAskedForFirstAndNothingThatTheClientKnowsIsLost() {
        assertThat(ciphers)
                .extracting(Factory.Named::getName)
                .startsWith("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        known.stream().map(Factory.Named::getName).toList());
    }

    @Test
    void whatItWritesTheOtherImplementationReadsAndTheOtherWayRound() {
        readsWhatTheOtherWrites(ciphers.get(0), GcmCiphers.AES128GCM(), 16);
        readsWhatTheOtherWrites(GcmCiphers.AES128GCM(), ciphers.get(0), 16);
        readsWhatTheOtherWrites(ciphers.get(1), GcmCiphers.AES256GCM(), 32);
        readsWhatTheOtherWrites(GcmCiphers.AES256GCM(), ciphers.get(1), 32);
    }

    @Test
    void aPacketThatWasChangedOnTheWayIsRefused() {
        byte[] key = bytes(16);
        byte[] iv = bytes(12);
        byte[] packet = Arrays.copyOf(bytes(LENGTH + 64), LENGTH + 64 + TAG);
        with(ciphers.get(0), Cipher.Mode.Encrypt, key, iv).updateWithAAD(packet, 0, LENGTH, 64);
        packet[LENGTH + 7] ^= 1;
        Cipher reader = with(ciphers.get(0), Cipher.Mode.Decrypt, key, iv);
        assertThatThrownBy(() -> reader.updateWithAAD(packet, 0, LENGTH, 64)).hasRootCauseMessage("Tag mismatch!");
    }

    /** Several packets: each has a nonce of its own, which both count. */
    private void readsWhatTheOtherWrites(Factory<Cipher> writerFactory, Factory<Cipher> readerFactory, int keyBytes) {
        byte[] key = bytes(keyBytes);
        byte[] iv = bytes(12);
        Cipher writer = with(writerFactory, Cipher.Mode.Encrypt, key, iv);
        Cipher reader = with(readerFactory, Cipher.Mode.Decrypt, key, iv);
        for (int size : new int[] {16, 32, 32768, 48}) {
            byte[] plain = bytes(LENGTH + size);
            byte[] packet = Arrays.copyOf(plain, plain.length + TAG);
            writer.updateWithAAD(packet, 0, LENGTH, size);
            assertThat(Arrays.copyOfRange(packet, LENGTH, plain.length))
                    .isNotEqualTo(Arrays.copyOfRange(plain, LENGTH, plain.length));
            reader.updateWithAAD(packet, 0, LENGTH, size);
            assertThat(Arrays.copyOf(packet, plain.length)).isEqualTo(plain);
        }
    }

    private static Cipher with(Factory<Cipher> factory, Cipher.Mode mode, byte[] key, byte[] iv) {
        Cipher cipher = factory.create();
        cipher.init(mode, key.clone(), iv.clone());
        return cipher;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
