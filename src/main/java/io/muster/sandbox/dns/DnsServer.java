package io.muster.sandbox.dns;

import io.muster.sandbox.SandboxService;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;

/** Serves zones on one address, UDP and TCP on the same port. Unknown names get NXDOMAIN, other zones REFUSED. */
public final class DnsServer implements SandboxService {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int PLAIN_UDP_SIZE = 512;
    private static final int LARGEST_MESSAGE = 65_535;
    private static final int IDLE_MILLIS = 10_000;
    private static final int PORT_ATTEMPTS = 20;
    private static final AtomicLong THREADS = new AtomicLong();

    private final InetSocketAddress requested;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile Zones zones;
    private volatile boolean closed;
    private ServerSocket tcp;
    private DatagramSocket udp;

    /** Port 0 takes a free one. Nothing is bound before {@link #start()}. */
    public DnsServer(InetSocketAddress address, Zones zones) {
        this.requested = address;
        this.zones = zones;
    }

    /** @throws UncheckedIOException when the address is taken, naming it */
    @Override
    public void start() {
        try {
            bind();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The DNS server cannot listen on " + requested + ": " + e.getMessage()
                            + ". Is another one running?",
                    e);
        }
        thread("udp", this::serveDatagrams);
        thread("tcp", this::acceptConnections);
        LOG.debug("DNS on {}", address());
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    /** Serves other zones from now on. */
    public void replace(Zones newZones) {
        this.zones = newZones;
    }

    @Override
    public void close() {
        closed = true;
        if (tcp == null) {
            return;
        }
        try {
            udp.close();
            tcp.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The DNS server cannot be closed: " + e.getMessage(), e);
        }
    }

    /** A free TCP port may be in use on UDP; then another is tried. */
    private void bind() throws IOException {
        InetAddress address = requested.getAddress();
        for (int attempt = 1; ; attempt++) {
            ServerSocket listener = new ServerSocket(requested.getPort(), 50, address);
            try {
                udp = new DatagramSocket(new InetSocketAddress(address, listener.getLocalPort()));
                tcp = listener;
                return;
            } catch (BindException e) {
                listener.close();
                if (requested.getPort() != 0 || attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void serveDatagrams() {
        byte[] buffer = new byte[LARGEST_MESSAGE];
        while (!closed) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                byte[] wire = Arrays.copyOf(packet.getData(), packet.getLength());
                byte[] answer = answer(wire, false);
                if (answer.length > 0) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("A DNS datagram could not be served: {}", e.toString());
                }
            }
        }
    }

    private void acceptConnections() {
        while (!closed) {
            try {
                Socket connection = tcp.accept();
                connections.add(connection);
                thread("connection", () -> serve(connection));
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("A DNS connection could not be accepted: {}", e.toString());
                }
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setSoTimeout(IDLE_MILLIS);
            DataInputStream in = new DataInputStream(connection.getInputStream());
            DataOutputStream out = new DataOutputStream(connection.getOutputStream());
            while (!closed) {
                byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), true);
                if (answer.length == 0) {
                    return;
                }
                byte[] framed = new byte[answer.length + 2];
                framed[0] = (byte) (answer.length >> 8);
                framed[1] = (byte) answer.length;
                System.arraycopy(answer, 0, framed, 2, answer.length);
                out.write(framed);
                out.flush();
            }
        } catch (EOFException | SocketTimeoutException e) {
            LOG.trace("DNS connection ended", e);
        } catch (IOException e) {
            if (!closed) {
                LOG.debug("A DNS connection failed: {}", e.toString());
            }
        } finally {
            connections.remove(connection);
        }
    }

    /** The answer, or nothing where the message is too broken to be answered. */
    private byte[] answer(byte[] wire, boolean stream) {
        try {
            Message query = new Message(wire);
            if (query.getHeader().getFlag(Flags.QR)) {
                return new byte[0];
            }
            return Answers.to(query, zones).toWire(stream ? LARGEST_MESSAGE : datagramSize(query));
        } catch (IOException e) {
            return formatError(wire);
        }
    }

    private static int datagramSize(Message query) {
        OPTRecord extension = query.getOPT();
        return extension == null ? PLAIN_UDP_SIZE : Math.max(PLAIN_UDP_SIZE, extension.getPayloadSize());
    }

    private static byte[] formatError(byte[] wire) {
        if (wire.length < 2) {
            return new byte[0];
        }
        Header header = new Header(((wire[0] & 0xff) << 8) | (wire[1] & 0xff));
        header.setFlag(Flags.QR);
        header.setRcode(Rcode.FORMERR);
        return header.toWire();
    }

    private static void thread(String purpose, Runnable work) {
        Thread thread = new Thread(work, "sandbox-dns-" + purpose + "-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
    }
}
