package io.muster.remote.ssh;

/** A server to test against. */
public interface SshServer extends AutoCloseable {

    int port();

    /** As an inventory pins it. */
    String hostKey();

    /** Who may log in with {@link #privateKey()}. */
    String user();

    /** OpenSSH format. */
    String privateKey();

    @Override
    void close() throws Exception;
}
