package io.muster.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.storage.StartupRefused;
import io.muster.storage.StorageMode;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.mock.env.MockEnvironment;

class PortGateTest {

    private static void check(boolean sandbox, String address, int port) {
        MockEnvironment environment = new MockEnvironment().withProperty("server.port", Integer.toString(port));
        if (!address.isEmpty()) {
            environment.setProperty("server.address", address);
        }
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerSingleton("storageMode", new StorageMode(sandbox, false));
        new PortGate(environment).postProcessBeanFactory(beans);
    }

    @Test
    void aPortInUseIsNamedWithHowToFindWhoHasItAndWithAnother() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> check(true, "", port)).isInstanceOfSatisfying(StartupRefused.class, refused -> {
                assertThat(refused)
                        .hasMessageContaining("127.0.0.1, port " + port)
                        .hasMessageContaining("in use");
                assertThat(refused.action()).contains("sport = :" + port).contains("SERVER_PORT=");
            });
        }
    }

    @Test
    void theSamePortOfAnotherAddressIsFree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
            assertThatCode(() -> check(true, "", taken.getLocalPort())).doesNotThrowAnyException();
        }
    }

    @Test
    void anAddressThatThisMachineDoesNotHaveIsNamed() {
        assertThatThrownBy(() -> check(false, "192.0.2.1", 18099))
                .isInstanceOf(StartupRefused.class)
                .hasMessageContaining("192.0.2.1");
    }

    @Test
    void anyPortWillDoWhereTheSystemChooses() {
        assertThatCode(() -> check(false, "192.0.2.1", 0)).doesNotThrowAnyException();
    }
}
