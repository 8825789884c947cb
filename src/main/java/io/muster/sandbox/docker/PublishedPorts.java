package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** The ports of one running container that are reached at its host's address. */
final class PublishedPorts implements AutoCloseable {
    private final Map<String, List<PortForward>> forwards = new LinkedHashMap<>();
    private final String address;

    private PublishedPorts(String address) {
        this.address = address;
    }

    static PublishedPorts none(String address) {
        return new PublishedPorts(address);
    }

    /** All or, with an error in the words of the real engine, none. */
    static PublishedPorts open(Definition definition, String address, PortTable table, Executor threads) {
        PublishedPorts ports = new PublishedPorts(address);
        try {
            for (Map.Entry<String, JsonNode> entry : wanted(definition).properties()) {
                for (JsonNode binding : entry.getValue()) {
                    ports.open(definition, entry.getKey(), binding, table, threads);
                }
            }
            return ports;
        } catch (EngineException e) {
            ports.close();
            throw e;
        }
    }

    private static ObjectNode wanted(Definition definition) {
        ObjectNode wanted =
                Json.objectAt(definition.hostConfig(), "PortBindings").deepCopy();
        if (definition.hostConfig().path("PublishAllPorts").asBoolean()) {
            for (String exposed : Json.keys(definition.config().path("ExposedPorts"))) {
                if (!wanted.has(exposed)) {
                    wanted.putArray(exposed).add(Json.object().put("HostPort", ""));
                }
            }
        }
        return wanted;
    }

    /** What the API would refuse at creation. */
    static void check(JsonNode hostConfig) {
        for (Map.Entry<String, JsonNode> entry :
                Json.objectAt(hostConfig, "PortBindings").properties()) {
            containerPort(entry.getKey());
            for (JsonNode binding : entry.getValue()) {
                hostPort(binding);
            }
        }
    }

    private void open(Definition definition, String name, JsonNode binding, PortTable table, Executor threads) {
        int port = hostPort(binding);
        String asked = binding.path("HostIp").asText("");
        String failure = "driver failed programming external connectivity on endpoint " + definition.name() + " ("
                + definition.id() + "): ";
        if (!asked.isEmpty() && !asked.equals("0.0.0.0") && !asked.equals("::") && !asked.equals(address)) {
            throw new EngineException(
                    500,
                    failure + "Error starting userland proxy: listen tcp4 " + asked + ":" + port
                            + ": bind: cannot assign requested address; this host has the address " + address);
        }
        if (port > 0 && table.taken(port)) {
            throw new EngineException(
                    500, failure + "Bind for " + address + ":" + port + " failed: port is already allocated");
        }
        try {
            PortForward forward = new PortForward(
                    InetAddress.getByName(address),
                    port,
                    new InetSocketAddress(definition.address(), containerPort(name)),
                    threads);
            forwards.computeIfAbsent(name, key -> new ArrayList<>()).add(forward);
        } catch (IOException e) {
            throw new EngineException(
                    500,
                    failure + "Error starting userland proxy: listen tcp4 " + address + ":" + port
                            + ": bind: address already in use",
                    e);
        }
    }

    private static int containerPort(String name) {
        String[] parts = name.split("/");
        if (parts.length == 2 && !parts[1].equals("tcp")) {
            throw EngineException.badRequest("port " + name + " cannot be published: this sandbox forwards TCP only");
        }
        return number(parts[0]);
    }

    private static int hostPort(JsonNode binding) {
        String port = binding.path("HostPort").asText("");
        return port.isEmpty() ? 0 : number(port);
    }

    private static int number(String port) {
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw EngineException.badRequest("invalid port specification: \"" + port + "\"");
        }
        return Integer.parseInt(port);
    }

    boolean publishes(int port) {
        return forwards.values().stream().flatMap(List::stream).anyMatch(forward -> forward.port() == port);
    }

    /** As in {@code NetworkSettings.Ports}; exposed ports that are not published have no binding. */
    ObjectNode json(Definition definition) {
        ObjectNode json = Json.object();
        Json.keys(definition.config().path("ExposedPorts")).forEach(json::putNull);
        forwards.forEach((name, bound) -> {
            var bindings = json.putArray(name);
            bound.forEach(
                    forward -> bindings.add(Json.object().put("HostIp", address).put("HostPort", "" + forward.port())));
        });
        return json;
    }

    @Override
    public void close() {
        forwards.values().stream().flatMap(List::stream).forEach(PortForward::close);
        forwards.clear();
    }
}
