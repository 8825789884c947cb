package io.muster.sandbox;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Resolves paths as a process would whose root directory is another: links and {@code ..} never lead out of it. */
public final class RootedPaths {

    private static final int MAX_LINKS = 40;

    private RootedPaths() {}

    /**
     * The path on this machine, without links below the root. What does not exist stays as it was named.
     *
     * @param root the directory that is {@code /} inside
     * @param inside a path as seen inside; a relative one starts at the root
     * @param followLast whether a link as the last component is followed too
     * @throws FileSystemLoopException after 40 links
     */
    public static Path resolve(Path root, String inside, boolean followLast) throws IOException {
        Deque<String> todo = new ArrayDeque<>();
        push(todo, inside);
        Path at = root;
        int links = 0;
        while (!todo.isEmpty()) {
            String name = todo.pop();
            if (name.equals("..")) {
                at = at.equals(root) ? root : at.getParent();
            } else if (!name.isEmpty() && !name.equals(".")) {
                Path next = at.resolve(name);
                if (Files.isSymbolicLink(next) && (followLast || !todo.isEmpty())) {
                    if (++links > MAX_LINKS) {
                        throw new FileSystemLoopException(inside);
                    }
                    Path link = Files.readSymbolicLink(next);
                    at = link.isAbsolute() ? root : at;
                    push(todo, link.toString());
                } else {
                    at = next;
                }
            }
        }
        return at;
    }

    /** Makes a directory and its parents inside a root; a link is followed inside, whatever else is in the way is an error. */
    public static Path createDirectories(Path root, String inside) throws IOException {
        Path directory = resolve(root, inside, true);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(directory);
        }
        return directory;
    }

    private static void push(Deque<String> todo, String path) {
        String[] names = path.split("/");
        for (int i = names.length - 1; i >= 0; i--) {
            todo.push(names[i]);
        }
    }
}
