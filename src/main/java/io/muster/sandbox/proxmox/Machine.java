package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What this machine says of itself: the node's figures are its own. */
final class Machine {
    private static final long KIB = 1024;

    private Machine() {}

    static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Seconds. */
    static long uptime() {
        String text = read("/proc/uptime");
        return (long) Double.parseDouble(text.substring(0, text.indexOf(' ')));
    }

    static List<String> loadAverage() {
        return List.of(read("/proc/loadavg").split(" ")).subList(0, 3);
    }

    /** The share of its processors that is busy, 0 to 1. */
    static double cpu() {
        double load = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getCpuLoad();
        return Double.isNaN(load) ? 0 : Math.max(0, load);
    }

    /** {@code total}, {@code free}, {@code available}, {@code used} in bytes. */
    static Map<String, Long> memory() {
        Map<String, Long> info = memoryInfo();
        return Map.of(
                "total", info.get("MemTotal"),
                "free", info.get("MemFree"),
                "available", info.get("MemAvailable"),
                "used", info.get("MemTotal") - info.get("MemAvailable"));
    }

    static Map<String, Long> swap() {
        Map<String, Long> info = memoryInfo();
        long total = info.get("SwapTotal");
        long free = info.get("SwapFree");
        return Map.of("total", total, "free", free, "used", total - free);
    }

    /** {@code total}, {@code free}, {@code avail}, {@code used} in bytes of the file system that holds this directory. */
    static Map<String, Long> disk(Path directory) {
        try {
            FileStore store = Files.getFileStore(directory);
            long total = store.getTotalSpace();
            long free = store.getUnallocatedSpace();
            return Map.of("total", total, "free", free, "avail", store.getUsableSpace(), "used", total - free);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot measure the disk of " + directory, e);
        }
    }

    static Map<String, Object> kernel() {
        Map<String, Object> kernel = new LinkedHashMap<>();
        kernel.put("sysname", read("/proc/sys/kernel/ostype").strip());
        kernel.put("release", read("/proc/sys/kernel/osrelease").strip());
        kernel.put("version", read("/proc/sys/kernel/version").strip());
        kernel.put("machine", System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch"));
        return kernel;
    }

    private static Map<String, Long> memoryInfo() {
        Map<String, Long> values = new HashMap<>();
        read("/proc/meminfo").lines().forEach(line -> {
            String[] parts = line.split(":?\\s+");
            values.put(parts[0], Long.parseLong(parts[1]) * KIB);
        });
        return values;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
