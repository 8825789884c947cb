package io.muster.sandbox.docker;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entry to the API: takes the version off the path, finds the route, and turns failures into answers. */
final class EngineApi implements HttpHandler {
    static final int OLDEST = 24;
    static final int NEWEST = 47;
    private static final Logger LOG = LoggerFactory.getLogger(EngineApi.class);
    private static final Pattern VERSIONED = Pattern.compile("/v1\\.(\\d{1,4})(/.*)");

    private final Routes routes;

    EngineApi(Routes routes) {
        this.routes = routes;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (exchange.isInIoThread()) {
            exchange.dispatch(this);
            return;
        }
        exchange.startBlocking();
        Call call = new Call(exchange, VERSIONED.matcher(""));
        try {
            route(exchange);
        } catch (EngineException e) {
            fail(call, e.status(), e.getMessage());
        } catch (IOException e) {
            if (exchange.isResponseStarted()) {
                LOG.debug("Engine: the client of {} went away", exchange.getRequestPath(), e);
            } else {
                LOG.warn("Engine: {} {} failed", exchange.getRequestMethod(), exchange.getRequestPath(), e);
            }
            fail(call, 500, e.toString());
        } catch (RuntimeException e) {
            LOG.error("Engine: {} {} failed", exchange.getRequestMethod(), exchange.getRequestPath(), e);
            fail(call, 500, e.toString());
        }
    }

    private void route(HttpServerExchange exchange) throws IOException {
        // Names of images have slashes; the server leaves encoded ones as they are.
        String path = exchange.getRequestPath().replaceAll("(?i)%2F", "/");
        Matcher versioned = VERSIONED.matcher(path);
        if (versioned.matches()) {
            checkVersion(Integer.parseInt(versioned.group(1)));
            path = versioned.group(2);
        }
        exchange.getResponseHeaders().put(new HttpString("Api-Version"), "1." + NEWEST);
        Optional<Routes.Found> found = routes.find(exchange.getRequestMethod().toString(), path);
        if (found.isEmpty()) {
            throw EngineException.notFound(
                    "page not found: this sandbox engine has no " + exchange.getRequestMethod() + " " + path);
        }
        found.get().action().handle(new Call(exchange, found.get().path()));
    }

    private static void checkVersion(int minor) {
        if (minor > NEWEST) {
            throw EngineException.badRequest(
                    "client version 1." + minor + " is too new. Maximum supported API version is 1." + NEWEST);
        }
        if (minor < OLDEST) {
            throw EngineException.badRequest("client version 1." + minor
                    + " is too old. Minimum supported API version is 1." + OLDEST
                    + ", please upgrade your client to a newer version");
        }
    }

    /** Once an answer has begun, breaking it off is all that can still tell the client. */
    private static void fail(Call call, int status, String message) {
        if (!call.exchange().isResponseStarted()) {
            call.error(status, message);
            return;
        }
        try {
            call.exchange().getConnection().close();
        } catch (IOException e) {
            LOG.debug("A broken connection could not be closed", e);
        }
    }
}
