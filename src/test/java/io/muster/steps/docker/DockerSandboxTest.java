package io.muster.steps.docker;

import io.muster.steps.Bench;
import io.muster.steps.TestEngineHost;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox's engine. */
class DockerSandboxTest extends DockerContract {

    @TempDir
    static Path directory;

    private TestEngineHost host;

    @Override
    Bench started() throws Exception {
        Bench made = new Bench(directory.resolve("data"));
        host = new TestEngineHost(directory, made);
        return made;
    }

    @Override
    void ended() {
        host.close();
        bench.close();
    }

    @Override
    String published(String tag) throws Exception {
        return host.publish(tag, SCRIPT + " # " + tag);
    }
}
