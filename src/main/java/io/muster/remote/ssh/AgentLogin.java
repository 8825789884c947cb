package io.muster.remote.ssh;

import com.hierynomus.sshj.key.KeyAlgorithm;
import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;

/** Logs in with one key of an agent: offered first, signed for when the server would take it. */
final class AgentLogin extends AbstractAuthMethod {

    private static final Map<String, Integer> FLAGS =
            Map.of("rsa-sha2-256", SshAgent.RSA_SHA2_256, "rsa-sha2-512", SshAgent.RSA_SHA2_512);

    private final SshAgent agent;
    private final SshAgent.Identity identity;

    AgentLogin(SshAgent agent, SshAgent.Identity identity) {
        super("publickey");
        this.agent = agent;
        this.identity = identity;
    }

    /** Security keys and other kinds that cannot be told to the server are left out. */
    static boolean usable(SshAgent.Identity identity) {
        try {
            PublicKey key = new Buffer.PlainBuffer(identity.blob()).readPublicKey();
            return KeyType.fromKey(key) != KeyType.UNKNOWN;
        } catch (Buffer.BufferException | RuntimeException e) {
            return false;
        }
    }

    @Override
    public void handle(Message message, SSHPacket packet) throws UserAuthException, TransportException {
        if (message != Message.USERAUTH_60) {
            super.handle(message, packet);
            return;
        }
        SSHPacket request = request(true);
        byte[] data = new Buffer.PlainBuffer()
                .putString(params.getTransport().getSessionID())
                .putBuffer(request)
                .getCompactData();
        request.putString(signed(data));
        params.getTransport().write(request);
    }

    @Override
    protected SSHPacket buildReq() throws UserAuthException {
        return request(false);
    }

    private SSHPacket request(boolean signed) throws UserAuthException {
        return super.buildReq().putBoolean(signed).putString(algorithm()).putString(identity.blob());
    }

    private byte[] signed(byte[] data) throws UserAuthException {
        try {
            return agent.sign(identity.blob(), data, FLAGS.getOrDefault(algorithm(), 0));
        } catch (IOException e) {
            throw new UserAuthException(
                    "the agent did not sign with its key " + identity.comment() + ": " + Causes.text(e), e);
        }
    }

    private String algorithm() throws UserAuthException {
        try {
            PublicKey key = new Buffer.PlainBuffer(identity.blob()).readPublicKey();
            List<KeyAlgorithm> known = params.getTransport().getClientKeyAlgorithms(KeyType.fromKey(key));
            return known.get(0).getKeyAlgorithm();
        } catch (Buffer.BufferException | TransportException e) {
            throw new UserAuthException("the key " + identity.comment() + " of the agent cannot be used", e);
        }
    }
}
