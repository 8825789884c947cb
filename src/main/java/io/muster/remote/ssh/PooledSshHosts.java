package io.muster.remote.ssh;

import io.muster.remote.SshHosts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;

@Component
final class PooledSshHosts implements SshHosts {

    private final RemoteScripts scripts;
    private final RemoteFiles files;

    PooledSshHosts(RemoteScripts scripts, RemoteFiles files) {
        this.scripts = scripts;
        this.files = files;
    }

    @Override
    public int run(
            Target target,
            String script,
            Map<String, String> env,
            boolean sudo,
            Output output,
            Duration timeout,
            BooleanSupplier cancelled) {
        return scripts.run(
                target.environment(),
                Route.to(target),
                new ShellScript(script, env, sudo),
                output,
                RemoteScripts.Watch.total(timeout, cancelled));
    }

    @Override
    public void write(Target target, String path, byte[] content, String mode) {
        files.write(target, path, content, mode);
    }

    @Override
    public byte[] read(Target target, String path, long maxBytes) {
        return files.read(target, path, maxBytes);
    }

    @Override
    public String upload(Target target, Path local, String path, String mode) {
        return files.upload(target, local, path, mode);
    }

    @Override
    public String download(Target target, String path, Path local) {
        return files.download(target, path, local);
    }

    @Override
    public boolean remove(Target target, String path) {
        return files.remove(target, path);
    }
}
