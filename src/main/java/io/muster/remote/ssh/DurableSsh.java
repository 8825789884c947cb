package io.muster.remote.ssh;

import io.muster.remote.DurableCommands;
import io.muster.remote.SshHosts;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

@Component
final class DurableSsh implements DurableCommands, DisposableBean {

    private final RemoteScripts scripts;
    private final String place;
    private final ExecutorService farewells = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "ssh-farewell");
        thread.setDaemon(true);
        return thread;
    });

    /** @param place where commands keep their directories on a target, before the places that are tried otherwise */
    DurableSsh(RemoteScripts scripts, @Value("${muster.ssh.command-directory:}") String place) {
        this.scripts = scripts;
        this.place = place;
    }

    @Override
    public int run(Command command, Ledger ledger, Output output, Duration timeout, BooleanSupplier cancelled) {
        Reach reach = new Reach(scripts, command.target().environment(), Route.to(command.target()));
        Pursuit pursuit =
                new Pursuit(reach, command, place, ledger, output, new TimeLimit(timeout, cancelled), farewells);
        return pursuit.status();
    }

    @Override
    public String abandon(SshHosts.Target target, boolean sudo, String handle) {
        Reach reach = new Reach(scripts, target.environment(), Route.to(target));
        return new Abandoned(reach, sudo, Handle.parse(handle)).end();
    }

    @Override
    public void sweep(SshHosts.Target target, boolean sudo, String handle) {
        Reach reach = new Reach(scripts, target.environment(), Route.to(target));
        new Abandoned(reach, sudo, Handle.parse(handle)).sweep();
    }

    @Override
    public void destroy() {
        farewells.shutdown();
    }
}
