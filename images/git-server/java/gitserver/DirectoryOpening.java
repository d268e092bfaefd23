package gitserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Hashtable;
import java.util.concurrent.Future;
import javax.naming.CommunicationException;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.StartTlsRequest;
import javax.naming.ldap.StartTlsResponse;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.apache.juli.logging.LogFactory;

/** How a connection to a directory is opened: with TLS, by authorities of this directory alone, and in a bounded time. */
final class DirectoryOpening {
    private final SSLSocketFactory sockets;
    private final boolean isStartTls;
    private final long timeoutMs;

    /** @param timeoutMs for all that it takes until the directory can be asked; 0 for no limit */
    DirectoryOpening(Path trustStore, String trustStorePassword, boolean isStartTls, long timeoutMs)
            throws GeneralSecurityException, IOException {
        TrustManagerFactory authorities = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        authorities.init(KeyStore.getInstance(trustStore.toFile(), trustStorePassword.toCharArray()));
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, authorities.getTrustManagers(), null);
        this.sockets = tls.getSocketFactory();
        this.isStartTls = isStartTls;
        this.timeoutMs = timeoutMs;
    }

    /** Does something that may need other connections: where they are safe from the first byte, JNDI may open them. */
    <T> T permitting(DirectorySockets.Work<T> work) throws NamingException {
        return isStartTls ? work.run() : DirectorySockets.with(() -> sockets, work);
    }

    LdapContext open(Hashtable<String, String> environment) throws NamingException {
        environment.put("java.naming.ldap.factory.socket", DirectorySockets.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(DirectorySockets.class.getClassLoader());
        OneSocket socket = new OneSocket(isStartTls ? SocketFactory.getDefault() : sockets);
        Future<?> clock = timeoutMs == 0 ? null : Clock.after(timeoutMs, () -> Clock.start(socket::close));
        try {
            return DirectorySockets.with(() -> socket,
                    () -> isStartTls ? startTls(environment) : new InitialLdapContext(environment, null));
        } catch (CommunicationException e) {
            throw socket.isClosed() ? failure("No answer within " + timeoutMs + " ms", e) : e;
        } finally {
            thread.setContextClassLoader(before);
            if (clock != null) {
                socket.keep();
                clock.cancel(false);
            }
        }
    }

    /** Binds only after the chain and the name of the server's certificate are verified (RFC 4513, 3.1). */
    private LdapContext startTls(Hashtable<String, String> environment) throws NamingException {
        String principal = environment.remove(Context.SECURITY_PRINCIPAL);
        String password = environment.remove(Context.SECURITY_CREDENTIALS);
        LdapContext context = new InitialLdapContext(environment, null);
        boolean isOpen = false;
        try {
            // Without a verifier of ours, Java's own compares the name that was connected to.
            ((StartTlsResponse) context.extendedOperation(new StartTlsRequest())).negotiate(sockets);
            context.addToEnvironment(Context.SECURITY_PRINCIPAL, principal);
            context.addToEnvironment(Context.SECURITY_CREDENTIALS, password);
            context.reconnect(null);
            isOpen = true;
            return context;
        } catch (IOException e) {
            throw failure("StartTLS failed: " + e.getMessage(), e);
        } finally {
            if (!isOpen) {
                context.close();
            }
        }
    }

    private static CommunicationException failure(String message, Exception cause) {
        CommunicationException failure = new CommunicationException(message);
        failure.setRootCause(cause);
        return failure;
    }

    /** Makes a socket that is closed under whoever waits for it, unless it is to be kept. */
    private static final class OneSocket extends SocketFactory {
        private final SocketFactory factory;
        private Socket socket;
        private boolean isKept;
        private boolean isClosed;

        private OneSocket(SocketFactory factory) {
            this.factory = factory;
        }

        /** Unconnected, for a connection that JNDI waits for as long as it may. */
        @Override
        public synchronized Socket createSocket() throws IOException {
            if (isClosed) {
                throw new SocketException("Too late");
            }
            socket = factory.createSocket();
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return factory.createSocket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            return factory.createSocket(host, port, localHost, localPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return factory.createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
            return factory.createSocket(host, port, localHost, localPort);
        }

        private synchronized void keep() {
            isKept = true;
        }

        private synchronized boolean isClosed() {
            return isClosed;
        }

        private void close() {
            Socket late;
            synchronized (this) {
                if (isKept) {
                    return;
                }
                isClosed = true;
                late = socket;
            }
            try {
                if (late != null) {
                    late.close();
                }
            } catch (IOException e) {
                LogFactory.getLog(DirectoryOpening.class).debug("It was closed already", e);
            }
        }
    }
}
