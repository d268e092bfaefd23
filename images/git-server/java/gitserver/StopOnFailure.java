package gitserver;

import java.util.Arrays;
import org.apache.catalina.Container;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;
import org.apache.catalina.Server;
import org.apache.catalina.Service;
import org.apache.juli.logging.LogFactory;

/** Ends the process when a part of the server did not start: Tomcat would go on without it and answer 404 for ever. */
public final class StopOnFailure implements LifecycleListener {
    @Override
    public void lifecycleEvent(LifecycleEvent event) {
        if (event.getType().equals(Lifecycle.AFTER_START_EVENT) && event.getLifecycle() instanceof Server server) {
            for (Service service : server.findServices()) {
                if (!isRunning(service.getContainer()) || !isListening(service)) {
                    LogFactory.getLog(StopOnFailure.class).fatal("The server did not start; the messages above say why");
                    Runtime.getRuntime().halt(1);
                }
            }
        }
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
