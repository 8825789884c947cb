package io.muster.boot;

import io.muster.storage.StartupRefused;
import io.muster.storage.StorageMode;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Refuses a port that is in use before a database and a sandbox are started for nothing. The web server binds it much
 * later, and would say the same then.
 */
final class PortGate implements BeanFactoryPostProcessor, Ordered {

    private static final int DEFAULT = 8080;

    private final Environment environment;

    PortGate(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        int port = environment.getProperty("server.port", Integer.class, DEFAULT);
        if (port > 0) {
            requireFree(address(beans.getBean(StorageMode.class)), port);
        }
    }

    private String address(StorageMode mode) {
        return environment.getProperty("server.address", mode.sandbox() ? "127.0.0.1" : "0.0.0.0");
    }

    static void requireFree(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (BindException e) {
            throw new StartupRefused(
                    "Muster cannot listen on " + address + ", port " + port + ": " + e.getMessage() + ".",
                    "If another program has it, `ss -ltnp 'sport = :" + port + "'` names it: stop that. Or give Muster"
                            + " another port or address: SERVER_PORT=" + (port == DEFAULT ? 8081 : DEFAULT)
                            + ", SERVER_ADDRESS=127.0.0.1",
                    e);
        } catch (UnknownHostException e) {
            throw new StartupRefused(
                    "Muster cannot listen on '" + address + "': that is no address of this machine.",
                    "Set SERVER_ADDRESS to an address that this machine has, or to 0.0.0.0 for all.",
                    e);
        } catch (IOException e) {
            throw new StartupRefused(
                    "Muster cannot listen on " + address + ", port " + port + ": " + e.getMessage(),
                    "Set SERVER_PORT and SERVER_ADDRESS to what this machine can give.",
                    e);
        }
    }

    /** After the data directory is taken, before the sandbox starts. */
    @Override
    public int getOrder() {
        return 0;
    }
}
