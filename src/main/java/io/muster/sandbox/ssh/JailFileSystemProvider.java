package io.muster.sandbox.ssh;

import io.muster.sandbox.RootedPaths;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.apache.sshd.common.file.root.RootedFileSystem;
import org.apache.sshd.common.file.root.RootedFileSystemProvider;
import org.apache.sshd.common.file.root.RootedPath;

/**
 * Files as a process inside sees them. The base class maps names only, and would let the operating system follow links
 * to wherever they point on this machine; here every link is resolved below the root first, the last one only where the
 * operation follows it.
 */
final class JailFileSystemProvider extends RootedFileSystemProvider {

    @Override
    protected Path resolveLocalPath(RootedPath path) {
        return resolve(path, false);
    }

    private static Path resolve(RootedPath path, boolean followLast) {
        try {
            Path root = path.getFileSystem().getRoot();
            return RootedPaths.resolve(root, path.toAbsolutePath().toString(), followLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same file without a link as its last component. */
    private static Path followed(Path path, Object... options) {
        if (Arrays.asList(options).contains(LinkOption.NOFOLLOW_LINKS)) {
            return path;
        }
        RootedPath rooted = (RootedPath) path;
        RootedFileSystem files = rooted.getFileSystem();
        return files.getPath("/" + files.getRoot().relativize(resolve(rooted, true)));
    }

    @Override
    public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
        return super.newInputStream(followed(path, (Object[]) options), options);
    }

    @Override
    public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
        return super.newOutputStream(followed(path, (Object[]) options), options);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return super.newFileChannel(followed(path, options.toArray()), options, attributes);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return super.newByteChannel(followed(path, options.toArray()), options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        return super.newDirectoryStream(followed(path), filter);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        super.checkAccess(followed(path), modes);
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return Files.getFileStore(unroot(followed(path)));
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return super.getFileAttributeView(followed(path, (Object[]) options), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return super.readAttributes(followed(path, (Object[]) options), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return super.readAttributes(followed(path, (Object[]) options), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        super.setAttribute(followed(path, (Object[]) options), attribute, value, options);
    }

    /** The target is text that has its meaning inside. */
    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
        Files.createSymbolicLink(unroot(link), Path.of(target.toString()), attributes);
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        return link.getFileSystem().getPath(Files.readSymbolicLink(unroot(link)).toString());
    }
}
