package io.muster.remote;

import java.time.Instant;

/** Remembers which digest a tag had when it was first seen, so that a tag that moved is noticed. */
public interface SeenTags {

    /** Records the digest if the tag is new, in a transaction of its own, and returns what was seen first. */
    Seen firstSeen(String repository, String tag, String digest);

    record Seen(String digest, Instant at) {}
}
