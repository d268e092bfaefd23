package gitserver;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** What is to happen unless something else happens before. Not by virtual threads, which JNDI's waiting could hold up. */
final class Clock {
    private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "directory-clock"));

    static {
        TIMER.setRemoveOnCancelPolicy(true);
    }

    private Clock() {
    }

    /** A short task, on a thread that others wait for. */
    static Future<?> after(long milliseconds, Runnable task) {
        return TIMER.schedule(task, milliseconds, TimeUnit.MILLISECONDS);
    }

    /** A task that may take long, on a thread of its own. */
    static void start(Runnable task) {
        daemon(task, "directory-watch").start();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
