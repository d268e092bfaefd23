package gitserver;

import java.util.Arrays;
import org.apache.catalina.Container;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;
import org.apache.catalina.Server;
import org.apache.catalina.Service;
import org.apache.juli.logging.LogFactory;

/**
 * Ends the process when a part of the server did not start: Tomcat would go on without it and answer 404 for ever. The same
 * where a thread ends for want of memory, which may be one that accepts connections. A push that unpacks to more than there
 * is has ended by then: JGit tells its client, and everybody else is served on.
 */
public final class StopOnFailure implements LifecycleListener {
    @Override
    public void lifecycleEvent(LifecycleEvent event) {
        if (event.getType().equals(Lifecycle.BEFORE_INIT_EVENT)) {
            Thread.setDefaultUncaughtExceptionHandler(StopOnFailure::threadEnded);
        }
        if (event.getType().equals(Lifecycle.AFTER_START_EVENT) && event.getLifecycle() instanceof Server server) {
            for (Service service : server.findServices()) {
                if (!isRunning(service.getContainer()) || !isListening(service)) {
                    LogFactory.getLog(StopOnFailure.class).fatal("The server did not start; the messages above say why");
                    Runtime.getRuntime().halt(1);
                }
            }
        }
    }

    private static void threadEnded(Thread thread, Throwable error) {
        // First, because to say why may need memory, too.
        if (error instanceof OutOfMemoryError) {
            Runtime.getRuntime().halt(1);
        }
        LogFactory.getLog(StopOnFailure.class).error("The thread " + thread.getName() + " ended", error);
    }

    private static boolean isListening(Service service) {
        return Arrays.stream(service.findConnectors()).allMatch(connector -> connector.getState().isAvailable());
    }

    private static boolean isRunning(Container container) {
        if (!container.getState().isAvailable()) {
            return false;
        }
        for (Container child : container.findChildren()) {
            if (!isRunning(child)) {
                return false;
            }
        }
        return true;
    }
}
