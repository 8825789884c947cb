package io.muster.sandbox.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Permissions as numbers. The set-id bits are left out: they mean nothing where there is one user. */
final class FileModes {
    static final int OWNER_ALL = 0700;
    /** From the highest bit to the lowest. */
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OWNER_READ,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_EXECUTE
    };

    private FileModes() {}

    static void set(Path file, int mode) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < BITS.length; i++) {
            if ((mode >> (BITS.length - 1 - i) & 1) == 1) {
                permissions.add(BITS[i]);
            }
        }
        Files.setPosixFilePermissions(file, permissions);
    }

    static int get(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        int mode = 0;
        for (PosixFilePermission bit : BITS) {
            mode = mode << 1 | (permissions.contains(bit) ? 1 : 0);
        }
        return mode;
    }
}
