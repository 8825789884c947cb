package io.muster.inventory;

import java.util.regex.Pattern;

/** Image repositories: {@code [registry[:port]/]path}, without tag and digest. */
final class ImageNames {

    private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final String REGISTRY = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?/)?";
    private static final Pattern REPOSITORY = Pattern.compile(REGISTRY + PART + "(?:/" + PART + ")*");

    private ImageNames() {}

    static void check(Place place) {
        place.text().ifPresent(image -> {
            String shown = "'" + Shown.text(image) + "' ";
            if (image.contains("@")) {
                place.problem(shown + "has a digest; remove it, the version is given when a run starts.");
            } else if (image.indexOf(':', image.lastIndexOf('/') + 1) >= 0) {
                place.problem(shown + "has a tag; remove it, the version is given when a run starts.");
            } else if (image.length() > 255 || !REPOSITORY.matcher(image).matches()) {
                place.problem(shown + "is not an image's repository; write [registry[:port]/]name in lower case.");
            }
        });
    }
}
