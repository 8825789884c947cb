package io.muster.remote.ssh;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.sshj.common.Buffer;

/**
 * Asks an ssh-agent for its keys and for signatures (draft-miller-ssh-agent). A connection for each question, so that an
 * agent may be restarted at any time, and a time limit, since an agent may wait for a person.
 */
final class SshAgent {

    static final int RSA_SHA2_256 = 2;
    static final int RSA_SHA2_512 = 4;

    private static final int REQUEST_IDENTITIES = 11;
    private static final int IDENTITIES_ANSWER = 12;
    private static final int SIGN_REQUEST = 13;
    private static final int SIGN_RESPONSE = 14;
    private static final int LONGEST = 256 * 1024;
    private static final int LENGTH = 4;

    private final Path socket;
    private final Duration timeout;

    SshAgent(Path socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
    }

    /** Public keys as they stand on the wire, with their comments. */
    List<Identity> identities() throws IOException {
        Buffer.PlainBuffer answer = ask(new Buffer.PlainBuffer().putByte((byte) REQUEST_IDENTITIES), IDENTITIES_ANSWER);
        List<Identity> identities = new ArrayList<>();
        long count = answer.readUInt32();
        for (long i = 0; i < count; i++) {
            identities.add(new Identity(answer.readBytes(), answer.readString()));
        }
        return identities;
    }

    /** @return a signature as it stands on the wire */
    byte[] sign(byte[] key, byte[] data, int flags) throws IOException {
        Buffer.PlainBuffer request = new Buffer.PlainBuffer()
                .putByte((byte) SIGN_REQUEST)
                .putBytes(key)
                .putBytes(data)
                .putUInt32(flags);
        return ask(request, SIGN_RESPONSE).readBytes();
    }

    private Buffer.PlainBuffer ask(Buffer.PlainBuffer request, int expected) throws IOException {
        byte[] message =
                new Buffer.PlainBuffer().putBytes(request.getCompactData()).getCompactData();
        Buffer.PlainBuffer answer = new Buffer.PlainBuffer(exchange(ByteBuffer.wrap(message)));
        int type = answer.readByte();
        if (type != expected) {
            throw new IOException("it refused (message " + type + "); it may be locked, or want a confirmation");
        }
        return answer;
    }

    private byte[] exchange(ByteBuffer message) throws IOException {
        long until = System.nanoTime() + timeout.toNanos();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            SelectionKey ready = channel.register(selector, SelectionKey.OP_WRITE);
            while (message.hasRemaining()) {
                await(selector, until);
                channel.write(message);
            }
            ready.interestOps(SelectionKey.OP_READ);
            int length = read(channel, selector, LENGTH, until).getInt();
            if (length < 1 || length > LONGEST) {
                throw new IOException("its answer is no agent's (length " + length + ")");
            }
            return read(channel, selector, length, until).array();
        }
    }

    private ByteBuffer read(SocketChannel channel, Selector selector, int length, long until) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            await(selector, until);
            if (channel.read(buffer) < 0) {
                throw new IOException("it closed the connection");
            }
        }
        return buffer.flip();
    }

    private void await(Selector selector, long until) throws IOException {
        long millis = (until - System.nanoTime()) / 1_000_000;
        if (millis <= 0 || selector.select(millis) == 0) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("this server is stopping");
            }
            throw new IOException("it did not answer within " + timeout);
        }
        selector.selectedKeys().clear();
    }

    record Identity(byte[] blob, String comment) {}
}
