package gitserver;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Hashtable;
import javax.naming.CommunicationException;
import javax.naming.Context;
import javax.naming.InterruptedNamingException;
import javax.naming.NamingException;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.StartTlsRequest;
import javax.naming.ldap.StartTlsResponse;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

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
        Deadline deadline = new Deadline(thread);
        Thread clock = timeoutMs == 0 ? null : Thread.ofVirtual().start(() -> deadline.after(timeoutMs));
        try {
            return isStartTls ? DirectorySockets.with(SocketFactory::getDefault, () -> startTls(environment))
                    : DirectorySockets.with(() -> sockets, () -> new InitialLdapContext(environment, null));
        } catch (InterruptedNamingException e) {
            if (!deadline.isOver()) {
                throw e;
            }
            throw failure("No answer within " + timeoutMs + " ms", e);
        } finally {
            thread.setContextClassLoader(before);
            deadline.lift();
            if (clock != null) {
                clock.interrupt();
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

    /** Interrupts a thread that takes too long, and none that has gone on to something else. */
    private static final class Deadline {
        private final Thread thread;
        private boolean isOver;
        private boolean isLifted;

        private Deadline(Thread thread) {
            this.thread = thread;
        }

        private void after(long milliseconds) {
            try {
                Thread.sleep(milliseconds);
            } catch (InterruptedException e) {
                return;
            }
            synchronized (this) {
                isOver = true;
                if (!isLifted) {
                    thread.interrupt();
                }
            }
        }

        private synchronized boolean isOver() {
            return isOver;
        }

        private synchronized void lift() {
            isLifted = true;
            if (isOver) {
                // Ours, and of no meaning to what comes next.
                Thread.interrupted();
            }
        }
    }
}
