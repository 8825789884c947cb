package io.muster.crash;

import io.muster.journal.StepJournal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Kills its own process at one point: {@code <journal method>:<before|after>:<which call>}, {@code commit:<before|after>:<n>},
 * {@code grows:<path>} (when a file of the target grows), {@code random:<most milliseconds>:<seed>}. Of a method only some calls
 * count where it has a word: {@code effect=<kind>}, and of others {@code <method>=<activity>}. Sleeps until armed.
 * {@code told:<file>}: as soon as the file is there, so many milliseconds after so many calls of the journal as it says ({@code 7 200});
 * what it says later counts instead, {@code 0 0}: never.
 * With {@code freeze:} before it, the process is stopped there, and goes on when somebody continues it.
 */
public final class FaultPoints implements BeanPostProcessor {

    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(2);

    private static final String FREEZE = "freeze:";

    private final String[] point;
    private final boolean freezes;
    private final String method;
    /** Empty where each call counts. */
    private final String word;

    private final Map<UUID, String> activities = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger untilTold = new AtomicInteger();
    private final AtomicInteger telling = new AtomicInteger();
    private volatile long later;
    private volatile boolean armed;

    public FaultPoints(String point) {
        this.freezes = point.startsWith(FREEZE);
        this.point = (freezes ? point.substring(FREEZE.length()) : point).split(":");
        int split = this.point[0].indexOf('=');
        this.method = split < 0 ? this.point[0] : this.point[0].substring(0, split);
        this.word = split < 0 ? "" : this.point[0].substring(split + 1);
    }

    public void arm() {
        armed = true;
        if (method.equals("grows")) {
            long size = new File(point[1]).length();
            thread(() -> {
                while (new File(point[1]).length() == size) {
                    LockSupport.parkNanos(LOOK);
                }
                strike();
            });
        } else if (method.equals("random")) {
            strikeAfter(new Random(Long.parseLong(point[2])).nextLong(Long.parseLong(point[1])));
        } else if (method.equals("told")) {
            thread(() -> {
                while (true) {
                    beTold(Path.of(point[1]));
                }
            });
        }
    }

    private void beTold(Path file) {
        while (!Files.exists(file)) {
            LockSupport.parkNanos(LOOK);
        }
        try {
            String[] said = Files.readString(file).split(" ");
            telling.incrementAndGet();
            later = Long.parseLong(said[1]);
            untilTold.set(Integer.parseInt(said[0]));
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void strikeAfter(long milliseconds) {
        int told = telling.get();
        thread(() -> {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
            while (System.nanoTime() < until) {
                LockSupport.parkNanos(LOOK);
            }
            if (told == telling.get()) {
                strike();
            }
        });
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "fault");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof StepJournal journal ? watched(StepJournal.class, journal) : bean;
    }

    private <T> T watched(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(target, method, arguments)));
    }

    private Object call(Object target, Method method, Object[] arguments) throws Throwable {
        if (untilTold.get() > 0 && untilTold.decrementAndGet() == 0) {
            if (later == 0) {
                strike();
            }
            strikeAfter(later);
        }
        boolean here = armed && counts(method, arguments);
        boolean this_ = here && calls.incrementAndGet() == Integer.parseInt(point[2]);
        if (this_ && point[1].equals("before")) {
            strike();
        }
        if (armed && method.getName().equals("acknowledge") && this.method.equals("commit")) {
            aroundTheCommit();
        }
        Object result;
        try {
            result = method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (this_) {
            strike();
        }
        if (result instanceof StepJournal.Begun begun) {
            activities.put(begun.run().id(), begun.run().activityId());
        }
        return result instanceof StepJournal.LogWriter log ? watched(StepJournal.LogWriter.class, log) : result;
    }

    private boolean counts(Method called, Object[] arguments) {
        if (!called.getName().equals(method)) {
            return false;
        }
        return word.isEmpty()
                || word.equals(method.equals("effect") ? arguments[2] : activities.getOrDefault(arguments[0], ""));
    }

    private void aroundTheCommit() {
        if (calls.incrementAndGet() != Integer.parseInt(point[2])) {
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void beforeCommit(boolean readOnly) {
                if (point[1].equals("before")) {
                    strike();
                }
            }

            @Override
            public void afterCommit() {
                strike();
            }
        });
    }

    private void strike() {
        signal(freezes ? "STOP" : "KILL");
        while (!freezes) {
            LockSupport.park();
        }
    }

    private static void signal(String name) {
        try {
            new ProcessBuilder(
                            "kill",
                            "-" + name,
                            Long.toString(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
