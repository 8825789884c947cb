package io.muster.remote.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A forwarded connection in the shape of a connected socket. Reads have no time limit: close it when the time is up. */
final class TunnelSocket extends Socket {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelSocket.class);

    private final SshPool.Lease lease;
    private final DirectConnection channel;
    private final String name;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    TunnelSocket(SshPool.Lease lease, DirectConnection channel, String name, int port) {
        this.lease = lease;
        this.channel = channel;
        this.name = name;
        this.port = port;
    }

    @Override
    public InputStream getInputStream() {
        return channel.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() {
        OutputStream out = channel.getOutputStream();
        return new java.io.FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                out.flush();
            }
        };
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return closed.get() || !channel.isOpen();
    }

    @Override
    public int getPort() {
        return port;
    }

    @Override
    public void setSoTimeout(int millis) {}

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public void setSoLinger(boolean on, int linger) {}

    @Override
    public void shutdownInput() {}

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("Closing {} failed", name, e);
        } finally {
            lease.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
