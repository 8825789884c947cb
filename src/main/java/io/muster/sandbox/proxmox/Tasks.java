package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks in the background and keeps what became of them on disk. */
final class Tasks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);
    private static final int SECONDS_TO_END = 5;
    private static final String OK = "OK";
    private static final String INTERRUPTED = "received interrupt";

    /** What a task does; it fails by throwing {@link TaskFailure} or {@link ApiError}. */
    @FunctionalInterface
    interface Work {
        void run(TaskLog log);
    }

    /** A task; the status is absent while it runs. */
    record Task(Upid upid, Optional<String> status, Optional<Long> endTime) {
        boolean isRunning() {
            return status.isEmpty();
        }
    }

    /** The thread of a running task, which may be cancelled before it has begun. */
    private static final class Worker {
        private Optional<Thread> thread = Optional.empty();
        private boolean cancelled;

        synchronized void begin() {
            thread = Optional.of(Thread.currentThread());
            if (cancelled) {
                Thread.currentThread().interrupt();
            }
        }

        synchronized void cancel() {
            cancelled = true;
            thread.ifPresent(Thread::interrupt);
        }

        /** Clears an interrupt, which would make writing the end fail; tells whether there was one. */
        synchronized boolean end() {
            thread = Optional.empty();
            return Thread.interrupted() || cancelled;
        }
    }

    private final String node;
    private final TaskFiles files;
    private final Faults faults;
    private final Clock clock;
    private final ExecutorService workers = Executors.newCachedThreadPool(Tasks::thread);
    private final Map<Upid, Worker> running = new ConcurrentHashMap<>();
    private final Map<Upid, TaskFiles.Ended> ended = new ConcurrentHashMap<>();
    private final AtomicLong pids = new AtomicLong(ProcessHandle.current().pid());

    Tasks(String node, Path directory, Faults faults, Clock clock) {
        this.node = node;
        this.files = new TaskFiles(directory);
        this.faults = faults;
        this.clock = clock;
        int abandoned = files.closeAbandoned(clock.instant());
        if (abandoned > 0) {
            LOG.info("{} tasks of {} were running when its server ended; their outcome is unknown", abandoned, node);
        }
        files.ended().forEach(task -> ended.put(task.upid(), task));
    }

    /** Begins a task and returns its name at once. */
    String start(String type, String id, ApiToken token, Work work) {
        Upid upid = new Upid(
                node,
                pids.incrementAndGet(),
                hundredthsSinceBoot(),
                clock.instant().getEpochSecond(),
                type,
                id,
                token.id());
        files.create(upid);
        Worker worker = new Worker();
        running.put(upid, worker);
        workers.execute(() -> run(upid, work, worker));
        return upid.toString();
    }

    /** @throws ApiError 400 when there is none of that name */
    Task get(String upid) {
        return Upid.parse(upid).flatMap(this::find).orElseThrow(() -> ApiError.badParameter("upid", "no such task"));
    }

    List<String> log(Task task) {
        return files.lines(task.upid());
    }

    /** Called by a task of this type when it has locked its container. */
    void locked(String type) {
        faults.whileLocked(type);
    }

    /** Running tasks, newest first. */
    List<Task> active() {
        return newestFirst(running.keySet().stream()
                .map(upid -> new Task(upid, Optional.empty(), Optional.empty()))
                .toList());
    }

    /** Ended tasks, newest first. */
    List<Task> archive() {
        return newestFirst(ended.values().stream().map(Tasks::task).toList());
    }

    /** Asks a running task to end; does nothing to an ended one. */
    void cancel(Task task) {
        Optional.ofNullable(running.get(task.upid())).ifPresent(Worker::cancel);
    }

    /** Interrupts what runs; it is recorded as such. */
    @Override
    public void close() {
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
                LOG.warn("Tasks of {} did not end within {} seconds: {}", node, SECONDS_TO_END, running.keySet());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Task> find(Upid upid) {
        // Running first: a task is entered as ended before it is no longer running.
        if (running.containsKey(upid)) {
            return Optional.of(new Task(upid, Optional.empty(), Optional.empty()));
        }
        return Optional.ofNullable(ended.get(upid)).map(Tasks::task);
    }

    private void run(Upid upid, Work work, Worker worker) {
        worker.begin();
        String status = statusOf(upid, work);
        boolean interrupted = worker.end();
        Instant at = clock.instant();
        // What was done in spite of an interrupt was done.
        String outcome = interrupted && !status.equals(OK) && !status.startsWith("WARNINGS: ") ? INTERRUPTED : status;
        files.end(upid, outcome, at);
        ended.put(upid, new TaskFiles.Ended(upid, at.getEpochSecond(), outcome));
        running.remove(upid);
    }

    private String statusOf(Upid upid, Work work) {
        try {
            faults.beforeTask(upid.type());
            work.run(line -> files.log(upid, line));
            return faults.warnings(upid.type()).orElse(OK);
        } catch (TaskFailure | ApiError e) {
            return e.getMessage();
        } catch (InterruptedException e) {
            return INTERRUPTED;
        } catch (RuntimeException e) {
            LOG.warn("The task {} failed unexpectedly", upid, e);
            return "unexpected error: " + e.getMessage();
        }
    }

    private static Task task(TaskFiles.Ended ended) {
        return new Task(ended.upid(), Optional.of(ended.status()), Optional.of(ended.endTime()));
    }

    private static List<Task> newestFirst(List<Task> tasks) {
        List<Task> sorted = new ArrayList<>(tasks);
        sorted.sort(Comparator.comparing((Task task) -> task.upid().starttime())
                .thenComparing(task -> task.upid().pstart())
                .thenComparing(task -> task.upid().pid()));
        Collections.reverse(sorted);
        return sorted;
    }

    private static long hundredthsSinceBoot() {
        try {
            String uptime = Files.readString(Path.of("/proc/uptime"));
            return (long) (Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 100);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read /proc/uptime", e);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "sandbox-proxmox-task");
        thread.setDaemon(true);
        return thread;
    }
}
