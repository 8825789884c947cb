package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;

/** What makes a container that is as asked run. */
enum Wake {
    /** It runs, or its engine is about to restart it. */
    NOTHING("left alone"),
    START("started"),
    /** A paused one counts as running for its engine, and answers nobody. */
    UNPAUSE("continued");

    private final String done;

    Wake(String done) {
        this.done = done;
    }

    String done() {
        return done;
    }

    static Wake of(InspectContainerResponse container) {
        if (Boolean.TRUE.equals(container.getState().getPaused())) {
            return UNPAUSE;
        }
        return Boolean.TRUE.equals(container.getState().getRunning()) ? NOTHING : START;
    }
}
