package io.muster.crash;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** This JVM's class path as jars, and an archive of the classes that a server loads from it, which halves a server's start. */
final class ClassArchive {

    private final String classPath;
    private final Path file;

    /** @param directory for the jars and the archive */
    ClassArchive(Path directory) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (Files.isDirectory(path)) {
                path = jar(path, directory.resolve("classes-" + entries.size() + ".jar"));
            }
            entries.add(path.toString());
        }
        this.classPath = String.join(File.pathSeparator, entries);
        this.file = directory.resolve("classes.jsa");
    }

    /** The archives of directories are refused by the JVM. */
    private static Path jar(Path directory, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted().toList()) {
                String name = directory.relativize(path).toString().replace(File.separatorChar, '/');
                if (!name.isEmpty()) {
                    out.putNextEntry(new JarEntry(Files.isDirectory(path) ? name + "/" : name));
                    if (Files.isRegularFile(path)) {
                        Files.copy(path, out);
                    }
                    out.closeEntry();
                }
            }
        }
        return jar;
    }

    /** The first life that ends in order writes the archive; later ones read it. */
    List<String> options(boolean ends) {
        List<String> options = new ArrayList<>(List.of("-cp", classPath));
        if (Files.exists(file)) {
            options.add("-XX:SharedArchiveFile=" + file);
        } else if (ends) {
            options.add("-XX:ArchiveClassesAtExit=" + file);
        }
        return options;
    }
}
