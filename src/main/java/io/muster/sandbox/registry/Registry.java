package io.muster.sandbox.registry;

import io.muster.sandbox.SandboxService;
import io.undertow.Undertow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The registry over HTTPS. Anyone may pull and push: it is reached on loopback only. */
public final class Registry implements SandboxService {
    private final Path directory;
    private final String address;
    private final int port;
    private final SSLContext tls;
    private volatile Optional<Undertow> server = Optional.empty();

    /**
     * @param directory where images are kept
     * @param port 0 for any
     * @param tls presents the certificate for the registry's name
     */
    public Registry(Path directory, String address, int port, SSLContext tls) {
        this.directory = directory;
        this.address = address;
        this.port = port;
        this.tls = tls;
    }

    /**
     * Opens the store, publishes the notes images that are missing, and listens.
     *
     * @throws UncheckedIOException when the store cannot be written
     * @throws RuntimeException when the address is taken
     */
    @Override
    public void start() {
        try {
            ImageRepositories repositories = new ImageRepositories(directory);
            NotesImages.publish(repositories);
            Undertow next = Undertow.builder()
                    .addHttpsListener(port, address, tls)
                    .setIoThreads(1)
                    .setWorkerThreads(4)
                    .setHandler(new RegistryApi(repositories, new Uploads(directory.resolve("uploads"))))
                    .build();
            next.start();
            server = Optional.of(next);
        } catch (IOException e) {
            throw new UncheckedIOException("The image registry cannot use " + directory, e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.orElseThrow().getListenerInfo().get(0).getAddress();
    }

    @Override
    public void close() {
        server.ifPresent(Undertow::stop);
        server = Optional.empty();
    }
}
