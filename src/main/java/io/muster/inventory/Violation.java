package io.muster.inventory;

/**
 * One thing that is wrong in an inventory, and how to put it right.
 *
 * @param file as it was named to the reader
 * @param line from 1
 * @param column from 1
 * @param path the keys that lead there, empty for the file as a whole
 * @param problem what is wrong and the fix, in one line and without secret values
 */
public record Violation(String file, int line, int column, String path, String problem) {

    /** {@code file:line:column: path: problem}, in one line. */
    @Override
    public String toString() {
        String where = file + ":" + line + ":" + column + ": ";
        return path.isEmpty() ? where + problem : where + path + ": " + problem;
    }
}
