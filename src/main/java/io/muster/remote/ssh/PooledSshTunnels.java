package io.muster.remote.ssh;

import io.muster.remote.SshHosts;
import io.muster.remote.SshTunnels;
import java.io.IOException;
import java.net.Socket;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import org.springframework.stereotype.Component;

@Component
final class PooledSshTunnels implements SshTunnels {

    private static final int ATTEMPTS = 3;

    private final SshPool pool;

    PooledSshTunnels(SshPool pool) {
        this.pool = pool;
    }

    @Override
    public Socket open(SshHosts.Target via, String address, int port) throws IOException {
        Route route = Route.to(via);
        for (int attempt = 1; ; attempt++) {
            SshPool.Lease lease = pool.session(via.environment(), route);
            try {
                DirectConnection channel = lease.connection().client().newDirectConnection(address, port);
                return new TunnelSocket(lease, channel, via.host().name() + " → " + address + ":" + port, port);
            } catch (OpenFailException e) {
                lease.close();
                throw refused(via, address, port, e);
            } catch (IOException | IllegalStateException e) {
                // A connection from the pool may have died unnoticed: then another is tried.
                lease.discard();
                lease.close();
                if (attempt == ATTEMPTS) {
                    throw new IOException(route + " opened no connection: " + Causes.text(e), e);
                }
            }
        }
    }

    private static IOException refused(SshHosts.Target via, String address, int port, OpenFailException e) {
        if (e.getReason() == OpenFailException.Reason.ADMINISTRATIVELY_PROHIBITED) {
            return new NotForwarded(
                    via.host().name() + " makes no connection to " + address + ":" + port
                            + " for us: its SSH server forbids it (AllowTcpForwarding, PermitOpen)",
                    e);
        }
        return new IOException(
                via.host().name() + " cannot connect to " + address + ":" + port + ": " + e.getMessage(), e);
    }
}
