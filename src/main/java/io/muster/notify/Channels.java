package io.muster.notify;

import java.util.List;

/** The channels that are configured; there may be none. */
public record Channels(List<Channel> all) {}
