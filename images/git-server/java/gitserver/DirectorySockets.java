package gitserver;

import java.util.function.Supplier;
import javax.naming.NamingException;
import javax.net.SocketFactory;

/**
 * Where JNDI gets the sockets of a directory (java.naming.ldap.factory.socket): from the realm that this thread works for.
 * JNDI opens a connection that was lost again by itself, and where StartTLS had made it safe, sends the next password in
 * clear; without a realm that expects it there is no socket.
 */
public final class DirectorySockets {
    private static final ThreadLocal<Supplier<SocketFactory>> CURRENT = new ThreadLocal<>();

    private DirectorySockets() {
    }

    /** What JNDI calls. */
    public static SocketFactory getDefault() {
        Supplier<SocketFactory> current = CURRENT.get();
        if (current == null) {
            throw new IllegalStateException("A lost connection to a directory is not opened again by itself");
        }
        return current.get();
    }

    /** Does something that may open connections. */
    static <T> T with(Supplier<SocketFactory> factory, Work<T> work) throws NamingException {
        Supplier<SocketFactory> before = CURRENT.get();
        CURRENT.set(factory);
        try {
            return work.run();
        } finally {
            CURRENT.set(before);
        }
    }

    /** What is done meanwhile. */
    interface Work<T> {
        T run() throws NamingException;
    }
}
