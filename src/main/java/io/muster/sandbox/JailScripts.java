package io.muster.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The two POSIX scripts of a jail. {@code launch.sh} runs on the machine, in a session of its own, waits for the jail
 * and writes its exit status; {@code setup.sh} is the jail's first process: it mounts the root, and becomes the command.
 *
 * <p>The command runs in a second user and mount namespace inside the one that mounted: what was mounted is locked there,
 * so that not even its root can make a read-only mount writable or uncover what lies below one. The first namespace
 * lives on in a shell that waits (the keeper; {@code unshare --fork} would report 1 for a command that was killed);
 * {@link Jail#exec} goes through it.
 */
final class JailScripts {

    /** Becomes the command in "$@", without what shells add to the environment. */
    static final String EXECUTE = "exec " + Shell.tool("env") + " -u PWD -u OLDPWD -u SHLVL -u _ \"$@\"";

    private static final List<String> TOP_LEVEL = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

    /** What programs below /usr expect in /etc: dynamic linker, alternatives, certificates, the JDK's configuration. */
    private static final List<String> ETC = List.of(
            "alternatives",
            "ld.so.cache",
            "ld.so.conf",
            "ld.so.conf.d",
            "ssl",
            "pki",
            "ca-certificates",
            "crypto-policies",
            "localtime",
            "protocols",
            "services",
            "mime.types",
            "resolv.conf");

    private final Jail.Spec spec;
    private final Path root;
    private final MountTable mounts = MountTable.read();
    private final StringBuilder script = new StringBuilder();

    JailScripts(Jail.Spec spec, Path root) {
        this.spec = spec;
        this.root = root;
    }

    static String launch(Path dir, List<String> enter) {
        return """
                #!/bin/sh
                cd %s || exit 1
                exec 3>&1 </dev/null >>stdout.log 2>>stderr.log
                %s --user --map-root-user --mount --uts --pid -- /bin/sh -c '/bin/sh "$0"; exit $?' %s
                echo $? >exit.new && %s -f exit.new exit
                """
                .formatted(
                        Shell.quote(dir),
                        Shell.quote(Stream.concat(enter.stream(), Stream.of(Shell.tool("unshare")))
                                .toList()),
                        Shell.quote(dir.resolve("setup.sh")),
                        Shell.tool("mv"));
    }

    /** Prepares mount points as it goes. */
    String setup(Path dir, JailRoot files) throws IOException {
        line("#!/bin/sh", "set -eu", "exec 4>&2 2>&3", "umask 022");
        // The environment is the command's own, and its PATH may lead nowhere.
        line("JAIL_PATH=$PATH; PATH=/usr/sbin:/usr/bin:/sbin:/bin");
        line("mount() { " + Shell.tool("mount") + " \"$@\"; }");
        line("mount --rbind " + Shell.quote(root) + " " + Shell.quote(root));
        systemDirectories(files);
        devices();
        processes();
        for (Jail.Bind bind : spec.binds()) {
            bind(bind.source().toRealPath(), files.mountPoint(bind.source(), bind.target()), bind.readOnly());
        }
        Shell.find("hostname").ifPresent(tool -> line(tool + " " + Shell.quote(spec.hostname())));
        become(dir);
        return script.toString();
    }

    private void systemDirectories(JailRoot files) throws IOException {
        bind(Path.of("/usr").toRealPath(), root.resolve("usr"), true);
        for (String name : TOP_LEVEL) {
            Path path = Path.of("/", name);
            if (Files.isSymbolicLink(path)) {
                files.link(name, Files.readSymbolicLink(path));
            } else if (Files.isDirectory(path)) {
                files.directory(name);
                bind(path, root.resolve(name), true);
            }
        }
        for (Path path : etc()) {
            files.etcMountPoint(path);
            bind(path.toRealPath(), root.resolve("etc").resolve(path.getFileName()), true);
        }
    }

    private static List<Path> etc() throws IOException {
        List<Path> found = new ArrayList<>();
        ETC.stream().map(name -> Path.of("/etc", name)).filter(Files::exists).forEach(found::add);
        try (Stream<Path> java = Files.list(Path.of("/etc"))) {
            java.filter(path -> path.getFileName().toString().startsWith("java") && Files.isDirectory(path))
                    .sorted()
                    .forEach(found::add);
        }
        return found;
    }

    private void devices() {
        Path dev = root.resolve("dev");
        line("mount -t tmpfs -o mode=755,nosuid,size=1m dev " + Shell.quote(dev), "cd " + Shell.quote(dev));
        line("for d in null zero full random urandom tty; do : >$d; mount --bind /dev/$d $d; done");
        line("ln -s /proc/self/fd fd; ln -s fd/0 stdin; ln -s fd/1 stdout; ln -s fd/2 stderr");
        line("mkdir -p shm pts; mount -t tmpfs -o mode=1777,nosuid,nodev shm shm");
        line(
                "mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts pts 2>/dev/null && ln -s pts/ptmx ptmx || :");
    }

    /** Its own processes only, and none of the switches in there that belong to the whole machine. */
    private void processes() {
        String flags = "nosuid,nodev,noexec";
        line("cd " + Shell.quote(root.resolve("proc")), "mount -t proc -o " + flags + " proc .");
        line("cd " + Shell.quote(root.resolve("proc")));
        line("for d in sys irq bus fs; do [ ! -d $d ] || { mount --bind $d $d; mount -o remount,bind,ro," + flags
                + " $d; }; done");
        // As LXC does: each start is a boot of its own, for those who ask whether the machine was rebooted.
        line("boot=" + Shell.quote(root.resolve("dev/.boot-id")) + "; b=sys/kernel/random/boot_id");
        line(
                "[ ! -e $b ] || { cat /proc/sys/kernel/random/uuid >\"$boot\"; chmod 444 \"$boot\"; mount --bind \"$boot\" $b; }");
        line("for f in sysrq-trigger kcore keys timer_list; do [ ! -e $f ] || mount --bind /dev/null $f; done");
    }

    private void become(Path dir) {
        line("cd " + Shell.quote(root));
        // This /proc is still the machine's, so these are the machine's numbers: own, parent's, and start time.
        line("read -r stat </proc/self/stat", "set -- $stat");
        line("echo \"$1 ${22} $4\" >" + Shell.quote(dir.resolve("pid.new")));
        line("mv -f " + Shell.quote(dir.resolve("pid.new")) + " " + Shell.quote(dir.resolve("pid")));
        line(Shell.tool("pivot_root") + " . " + JailRoot.OLD_ROOT, "cd /");
        line(Shell.tool("umount") + " -l /" + JailRoot.OLD_ROOT, "rmdir /" + JailRoot.OLD_ROOT);
        line("mkdir -p " + Shell.quote(spec.workdir()), "cd " + Shell.quote(spec.workdir()));
        line("PATH=$JAIL_PATH");
        // Ready only in there: who enters looks at the namespaces of this process.
        String last = "echo " + Jail.READY + " >&3; exec 2>&4 3>&- 4>&-; " + EXECUTE;
        line("exec " + Shell.tool("unshare") + " --user --map-root-user --mount --uts -- /bin/sh -c "
                + Shell.quote(last) + " sh " + Shell.quote(spec.command()));
    }

    private void bind(Path source, Path target, boolean readOnly) {
        line("mount --rbind " + Shell.quote(source) + " " + Shell.quote(target));
        if (readOnly) {
            readOnly(source, target);
            for (Path below : mounts.below(source)) {
                if (Files.exists(below, LinkOption.NOFOLLOW_LINKS)) {
                    readOnly(below, target.resolve(source.relativize(below)));
                }
            }
        }
    }

    private void readOnly(Path source, Path target) {
        line("mount -o remount,bind,ro" + mounts.lockedFlags(source) + " " + Shell.quote(target));
    }

    private void line(String... lines) {
        for (String line : lines) {
            script.append(line).append('\n');
        }
    }
}
