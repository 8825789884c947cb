package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.inventory.DataTypeName;
import java.util.List;
import java.util.Optional;

/**
 * How one kind of data is read, checked and put back: POSIX shell scripts that run as root on the host of the data item. A bean of
 * this type is all that a new one needs. Scripts find in their environment {@code PATHS} (a line each), {@code ADDRESS}, {@code
 * PORT}, {@code DATABASE}, {@code DBUSER}, {@code DBPASSWORD}, {@code DIRECTORY} (empty where the inventory gives none), {@code TAG}
 * (names what is made beside the data: {@code muster-1a2b3c4d}), and the functions of {@link Prelude}. They end with another status than 0
 * and a sentence on standard error when something is wrong.
 */
public interface DataType extends DataTypeName {

    /** The suffix of its file in a backup, without a dot. */
    String suffix();

    /** What is wrong with a data item for this type, all of it. */
    List<String> problems(DataItem item);

    /** Prints how many bytes it is about. */
    String size();

    /** Writes the data to standard output as one stream, and ends with 0 only when that is whole. It changes nothing. */
    String dump();

    /**
     * Reads such a stream from standard input to its end, and refuses one that is not whole. Prints one line: with which tool it
     * was read and what it holds. It changes nothing but files under {@code $SCRATCH}, an empty directory of its own.
     */
    String check();

    /** Prints such a stream, from standard input, as text that its records can be found in. */
    default String text() {
        return "cat\n";
    }

    /** Prints what tells the data that is there now from what is put in its place later; nothing where there is none. Empty: not known. */
    default Optional<String> identify() {
        return Optional.empty();
    }

    /**
     * Removes the data that {@link #identify} printed {@code ID} for; where that is gone, what an earlier attempt left of it. Empty: it
     * cannot be removed but with the volume that it is in.
     */
    default Optional<String> remove() {
        return Optional.empty();
    }

    /** Prints {@code data} where there is data that a restore would replace, {@code none} where there is not; refuses what cannot be swapped. */
    String look();

    /**
     * Reads such a stream from standard input and makes of it, beside the data, all that {@link #swap} needs; what an earlier
     * attempt left there is removed first. The data itself is not touched. Prints one line: what was made.
     */
    String stage();

    /**
     * Reads such a stream from standard input and compares it, record by record, with what {@link #stage} made of it. Prints {@code
     * compared WHAT}, or {@code uncompared WHY}, and a line for each difference: {@code missing}, {@code changed} or {@code extra}, and the name of
     * the record, never what is in it; {@code more COUNT KIND} where these are too many. What it prints as {@code again NAME} it is asked for once more,
     * all in {@code AGAIN}, a line each. Empty: nothing compares them.
     */
    default Optional<String> compare() {
        return Optional.empty();
    }

    /**
     * Prints a line for each place that {@link #stage} or {@link #compare} writes to: the number of its file system, how many KiB are free there, {@code
     * file} where what is written is as large as the file in the backup or {@code data} where it is as large as the data was, and the place as it is told. Nothing, or empty: nobody can tell.
     */
    default Optional<String> room() {
        return Optional.empty();
    }

    /**
     * Puts what was staged in the data's place and keeps what was there, both by renaming. Done again, it goes on where it was. It
     * refuses when something still uses the data.
     */
    String swap();

    /** Puts what was there before the swap back, and what was staged away; does nothing where there was no swap. */
    String undo();

    /** Prints {@code swapped} where {@link #undo} would put something back. Empty: it is in no directory that another service can have. */
    default Optional<String> swapped() {
        return Optional.empty();
    }

    /** Removes what was there before the swap. */
    String finish();

    /** Removes what was staged and not swapped. */
    String discard();
}
