package io.muster.engine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;

/** SHA-256 of diagrams as deployed; a deployed diagram never changes. */
final class DiagramHashes {

    private final ConcurrentMap<String, String> byDefinition = new ConcurrentHashMap<>();

    /** Works inside a command only. */
    String of(ProcessDefinitionEntity definition) {
        return byDefinition.computeIfAbsent(
                definition.getId(),
                id -> hash(Context.getCommandContext()
                        .getResourceManager()
                        .findResourceByDeploymentIdAndResourceName(
                                definition.getDeploymentId(), definition.getResourceName())
                        .getBytes()));
    }

    private static String hash(byte[] diagram) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(diagram));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
