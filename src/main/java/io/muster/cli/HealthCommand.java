package io.muster.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the server on this machine whether it is up: for health checks in images that have no HTTP client. From the
 * environment alone, because it runs often and a whole configuration takes a second to read.
 */
final class HealthCommand implements Command {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<String, String> environment;

    HealthCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String name() {
        return "health";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public String summary() {
        return "ask the server on this machine whether it is up";
    }

    @Override
    public int run(List<String> arguments, Terminal terminal) {
        if (!arguments.isEmpty()) {
            throw new UsageException("'health' takes no arguments; MANAGEMENT_SERVER_PORT or SERVER_PORT says where.");
        }
        URI uri = URI.create("http://" + host() + ":" + port() + "/actuator/health");
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
        try {
            var answer =
                    HttpClient.newBuilder().connectTimeout(PATIENCE).build().send(request, BodyHandlers.ofString());
            terminal.out().println(uri + ": " + answer.statusCode() + " " + answer.body());
            return answer.statusCode() == 200 ? CommandLine.OK : CommandLine.WRONG;
        } catch (IOException e) {
            terminal.err().println(uri + " does not answer: " + e);
            return CommandLine.WRONG;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CommandLine.WRONG;
        }
    }

    private String host() {
        return set("MANAGEMENT_SERVER_ADDRESS")
                .or(() -> set("SERVER_ADDRESS"))
                .filter(address -> !address.equals("0.0.0.0") && !address.equals("::"))
                .map(address -> address.contains(":") ? "[" + address + "]" : address)
                .orElse("127.0.0.1");
    }

    private String port() {
        return set("MANAGEMENT_SERVER_PORT").or(() -> set("SERVER_PORT")).orElse("8080");
    }

    private Optional<String> set(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
