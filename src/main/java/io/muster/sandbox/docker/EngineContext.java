package io.muster.sandbox.docker;

import io.muster.sandbox.ca.CertificateAuthority;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * What the parts of an engine share.
 *
 * @param directory of the engine's own files
 * @param names further host names that containers know, with their addresses
 * @param zone of the sandbox's names
 */
record EngineContext(
        EngineHost host,
        Path directory,
        Map<String, String> names,
        String zone,
        CertificateAuthority authority,
        ContainerAddresses addresses,
        Clock clock,
        Executor threads,
        LocalImages images,
        Volumes volumes,
        HostPaths paths) {}
