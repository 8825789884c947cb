package io.muster.sandbox.notes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Notebooks, notes and tags, one file each. The files are the truth and are read each time, so that a restored volume is
 * seen at once. Thread-safe.
 */
final class NotesStore {
    static final String INBOX = "inbox";

    private final Path data;
    private final int format;
    private final Clock clock;

    NotesStore(Path data, int format, Clock clock) {
        this.data = data;
        this.format = format;
        this.clock = clock;
    }

    synchronized List<Map<String, Object>> all(Entity entity) throws IOException {
        List<Map<String, Object>> result = new ArrayList<>();
        for (Path file : DataFormat.files(data.resolve(entity.plural()))) {
            result.add(read(file));
        }
        return result;
    }

    synchronized Optional<Map<String, Object>> find(Entity entity, String id) throws IOException {
        try {
            return Optional.of(read(file(entity, id)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    synchronized Map<String, Object> addNotebook(String name) throws IOException {
        return add(Entity.NOTEBOOK, Entity.notebook(id(), name, now()));
    }

    /** A tag has a name of its own: a second one of the same name is the first. */
    synchronized Map<String, Object> addTag(String name) throws IOException {
        for (Map<String, Object> tag : all(Entity.TAG)) {
            if (name.equals(tag.get("name"))) {
                return tag;
            }
        }
        return add(Entity.TAG, Entity.tag(id(), name, now()));
    }

    /** Tags are given by name, and made where they are new; without a notebook the note goes to the inbox. */
    synchronized Map<String, Object> addNote(Optional<String> notebook, String title, String text, List<String> tags)
            throws IOException {
        String home = notebook.isPresent() ? notebook.get() : inbox();
        if (find(Entity.NOTEBOOK, home).isEmpty()) {
            throw new IllegalArgumentException("there is no notebook '" + home + "': add it first");
        }
        List<String> ids = new ArrayList<>();
        for (String tag : new LinkedHashSet<>(tags)) {
            ids.add((String) addTag(tag).get("id"));
        }
        return add(Entity.NOTE, Entity.note(id(), home, title, text, ids, now()));
    }

    /**
     * @return false when it is not there
     * @throws IllegalStateException when notes still use it
     */
    synchronized boolean delete(Entity entity, String id) throws IOException {
        if (find(entity, id).isEmpty()) {
            return false;
        }
        long users = 0;
        for (Map<String, Object> note : entity == Entity.NOTE ? List.<Map<String, Object>>of() : all(Entity.NOTE)) {
            users += uses(note, id) ? 1 : 0;
        }
        if (users > 0) {
            throw new IllegalStateException(users + " notes use it: delete them first");
        }
        DurableFiles.delete(file(entity, id));
        return true;
    }

    static boolean uses(Map<String, Object> note, String id) {
        return id.equals(note.get("notebook")) || ((List<?>) note.get("tags")).contains(id);
    }

    private String inbox() throws IOException {
        if (find(Entity.NOTEBOOK, INBOX).isEmpty()) {
            add(Entity.NOTEBOOK, Entity.notebook(INBOX, "Inbox", now()));
        }
        return INBOX;
    }

    private Map<String, Object> add(Entity entity, Map<String, Object> fields) throws IOException {
        String id = (String) fields.get("id");
        DurableFiles.write(file(entity, id), Json.write(DataFormat.encode(fields, format)));
        return find(entity, id).orElseThrow();
    }

    private static Map<String, Object> read(Path file) throws IOException {
        try {
            return DataFormat.decode(Json.object(Files.readString(file)));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private Path file(Entity entity, String id) throws NoSuchFileException {
        if (!id.matches("[a-z0-9-]{1,64}")) {
            throw new NoSuchFileException(id);
        }
        return data.resolve(entity.plural()).resolve(id + ".json");
    }

    private String now() {
        return Instant.now(clock).truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }
}
