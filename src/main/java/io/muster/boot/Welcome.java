package io.muster.boot;

import io.muster.storage.StorageMode;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Says, once everything runs, where Muster is and what to do first. */
final class Welcome implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(Welcome.class);

    private final StorageMode mode;
    private final Environment environment;

    Welcome(StorageMode mode, Environment environment) {
        this.mode = mode;
        this.environment = environment;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        String url = "http://localhost:" + environment.getProperty("local.server.port");
        double seconds = event.getTimeTaken() == null ? 0 : event.getTimeTaken().toMillis() / 1000.0;
        LOG.info(
                "Muster is ready after {} s: {}{}",
                String.format(Locale.ROOT, "%.1f", seconds),
                url,
                mode.sandbox() ? sandbox(url) : "");
    }

    private static String sandbox(String url) {
        return """


                  This is the sandbox: nothing outside this machine is touched.
                  Accounts (the password is the name): operator, operator2, approver, author, auditor, admin

                  First: log in at %s as operator, choose "Start process", "Service deployment",
                  environment sandbox, service notes, version 1.1.0.
                  Then:  log in as approver (a private window helps), and complete "Approve deployment".
                """
                .formatted(url);
    }
}
