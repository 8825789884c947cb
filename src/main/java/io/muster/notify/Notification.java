package io.muster.notify;

import java.util.Map;

/**
 * @param id the same for a repetition
 * @param facts what else is known, by name; no secrets
 * @param urgent goes to those as well whom escalations go to
 */
public record Notification(
        String id, String kind, String title, String text, Map<String, String> facts, boolean urgent) {}
