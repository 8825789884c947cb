package io.muster.e2e;

import io.muster.MusterApplication;
import io.muster.crash.FaultPoints;
import org.springframework.boot.SpringApplication;

/** Muster as it is shipped, which is killed at a point that its environment names, if it comes there. */
public final class KilledMuster {

    static final String AT = "TEST_KILLED_AT";

    private KilledMuster() {}

    /** Arguments are Spring properties. */
    public static void main(String[] arguments) {
        SpringApplication muster = new SpringApplication(MusterApplication.class);
        FaultPoints points = new FaultPoints(System.getenv(AT));
        muster.addInitializers(context -> {
            context.getBeanFactory().registerSingleton("onlyMuster", new OnlyMuster());
            context.getBeanFactory().addBeanPostProcessor(points);
        });
        points.arm();
        muster.run(arguments);
    }
}
