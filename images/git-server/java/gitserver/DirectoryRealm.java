package gitserver;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.util.Hashtable;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.naming.AuthenticationException;
import javax.naming.CommunicationException;
import javax.naming.NamingException;
import javax.naming.NamingSecurityException;
import javax.naming.OperationNotSupportedException;
import javax.naming.ServiceUnavailableException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InvalidAttributeValueException;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.StartTlsRequest;
import javax.naming.ldap.StartTlsResponse;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.realm.JNDIRealm;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;

/**
 * The connections to one directory: JNDIRealm's pool and settings, with what it has no setting for. The password of its
 * account is read from a file whenever a connection is opened. It trusts authorities of its own. StartTLS is made here,
 * because JNDIRealm's closes the TLS of whichever connection of the pool came last. A connection that was not used for a
 * while is not trusted to be there still, and a directory that is not there is asked for in the background, so that only
 * those wait for it who find out. What is asked of a directory is Accounts' matter, and who asks which one DirectoriesRealm's.
 */
public final class DirectoryRealm extends JNDIRealm {
    private static final Log LOG = LogFactory.getLog(DirectoryRealm.class);
    /** Servers and firewalls forget connections that say nothing, some without a word. */
    private static final long LONGEST_SILENCE_MS = 30_000;
    private static final long BETWEEN_TRIES_MS = 1000;

    private final AtomicBoolean isAway = new AtomicBoolean();
    private volatile boolean isRunning;
    private String label;
    private Path passwordFile;
    private File trustStore;
    private String trustStorePassword;
    private int pageSize;
    private Accounts accounts;
    private String userFilter;
    private String userName;
    private boolean hidesExpired;
    private String localGroups;
    private SSLSocketFactory sockets;

    /** Name for messages. */
    public void setLabel(String name) {
        label = name;
    }

    /** File with the password of connectionName, as it is: a newline at its end is part of the password. */
    public void setPasswordFile(String path) {
        passwordFile = Path.of(path);
    }

    /** Key store with the authorities that this directory's certificate may come from. */
    public void setTrustStore(String path) {
        trustStore = new File(path);
    }

    public void setTrustStorePassword(String password) {
        trustStorePassword = password;
    }

    /** Entries in a page of results; 0 for all at once. */
    public void setPageSize(int entries) {
        pageSize = entries;
    }

    /** Which entries are users, whatever their name. */
    public void setUserFilter(String filter) {
        userFilter = filter;
    }

    /** Attribute with the name of a user. */
    public void setUserName(String attribute) {
        userName = attribute;
    }

    /** Whether accounts that have expired count as not there. */
    public void setFilterExpiredUsers(boolean filter) {
        hidesExpired = filter;
    }

    /** File with a line for each group beside those of the directory: its name and those of its users, with tabs between. */
    public void setLocalGroups(String path) {
        localGroups = path;
    }

    String getLabel() {
        return label;
    }

    String getUserFilter() {
        return userFilter;
    }

    String getUserNameAttribute() {
        return userName;
    }

    boolean hidesExpired() {
        return hidesExpired;
    }

    DirectorySearch search() {
        return new DirectorySearch(getTimeLimit(), pageSize, getAdCompat());
    }

    /** What is asked of this directory. */
    Accounts accounts() {
        return accounts;
    }

    @Override
    protected void startInternal() throws LifecycleException {
        isRunning = true;
        try {
            accounts = new Accounts(this, localGroups == null ? LocalGroups.NONE : LocalGroups.read(Path.of(localGroups)));
        } catch (IOException e) {
            throw new LifecycleException("The local groups of " + label + " cannot be read", e);
        }
        super.startInternal();
    }

    @Override
    protected void stopInternal() throws LifecycleException {
        isRunning = false;
        super.stopInternal();
    }

    /** Not by itself: DirectoriesRealm asks. */
    @Override
    public Principal authenticate(String username, String credentials) {
        throw new UnsupportedOperationException();
    }

    /** Whether these are the account's credentials. A refusal of any kind is one; anything else is no answer. */
    boolean accepts(JNDIConnection connection, Account account, String credentials) throws NamingException {
        try {
            return checkCredentials(connection.context, new User(account.name(), account.dn(), null, null, null), credentials);
        } catch (NamingSecurityException | OperationNotSupportedException | InvalidAttributeValueException e) {
            // As 389 Directory Server and Sun DSEE say that an account is not active.
            LOG.info(label + " refused " + account.dn() + ": " + e.getMessage());
            return false;
        }
    }

    @Override
    protected String doFilterEscaping(String text) {
        return super.doFilterEscaping(text);
    }

    /**
     * Asks the directory by a connection of the pool. An old connection that turns out to be lost is replaced once; a
     * directory that is known to be away is not asked.
     */
    <T> T ask(Question<T> question) throws NamingException {
        if (isAway.get()) {
            throw new ServiceUnavailableException(label + " cannot be reached");
        }
        Pooled connection = pooled();
        if (connection != null) {
            try {
                return answer(connection, question);
            } catch (CommunicationException | ServiceUnavailableException e) {
                if (!(e.getRootCause() instanceof IOException) && !(e instanceof ServiceUnavailableException)) {
                    // It took too long: it would again.
                    throw e;
                }
                closePooledConnections();
            }
        }
        return answer(opened(), question);
    }

    private <T> T answer(Pooled connection, Question<T> question) throws NamingException {
        boolean isAnswered = false;
        try {
            // With StartTLS, a lost connection must not come back by itself.
            T answer = getUseStartTls() ? question.ask(connection)
                    : DirectorySockets.with(this::tlsSockets, () -> question.ask(connection));
            isAnswered = true;
            return answer;
        } finally {
            if (isAnswered) {
                connection.lastUsed = System.currentTimeMillis();
                release(connection);
            } else {
                close(connection);
            }
        }
    }

    /** Null where there is none. */
    private Pooled pooled() {
        long now = System.currentTimeMillis();
        while (connectionPool != null && connectionPool.pop() instanceof Pooled connection) {
            if (connection.context != null && now - connection.lastUsed < LONGEST_SILENCE_MS) {
                return connection;
            }
            close(connection);
        }
        return null;
    }

    private Pooled opened() throws NamingException {
        Pooled connection = create();
        try {
            open(connection);
            return connection;
        } catch (NamingSecurityException e) {
            throw e;
        } catch (NamingException e) {
            lost(e);
            throw e;
        }
    }

    /** For JNDIRealm's own look at the start. */
    @Override
    protected JNDIConnection get() throws NamingException {
        Pooled connection = pooled();
        return connection == null ? opened() : connection;
    }

    @Override
    protected Pooled create() {
        return new Pooled(getUserSearch(), getRoleBase(), getRoleSearch());
    }

    @Override
    protected void open(JNDIConnection connection) throws NamingException {
        try {
            // Also what the pool's older connections go back to after each user's own bind.
            connectionPassword = Files.readString(passwordFile);
        } catch (IOException e) {
            throw (NamingException) new NamingException("The password of the directory's account cannot be read").initCause(e);
        }
        // An empty password is an anonymous bind to the directory (RFC 4513, 5.1.2).
        if (connectionPassword.isEmpty()) {
            throw new AuthenticationException("The password of the directory's account is empty");
        }
        Hashtable<String, String> environment = getDirectoryContextEnvironment();
        environment.put("java.naming.ldap.factory.socket", DirectorySockets.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(DirectorySockets.class.getClassLoader());
        try {
            connection.context = getUseStartTls() ? DirectorySockets.with(SocketFactory::getDefault, () -> startTls(environment))
                    : DirectorySockets.with(this::tlsSockets, () -> new InitialLdapContext(environment, null));
        } finally {
            thread.setContextClassLoader(before);
        }
        if (connection instanceof Pooled pooled) {
            pooled.lastUsed = System.currentTimeMillis();
        }
    }

    /** Binds only after the chain and the name of the server's certificate are verified (RFC 4513, 3.1). */
    private LdapContext startTls(Hashtable<String, String> environment) throws NamingException {
        String principal = environment.remove(DirContext.SECURITY_PRINCIPAL);
        String password = environment.remove(DirContext.SECURITY_CREDENTIALS);
        LdapContext context = new InitialLdapContext(environment, null);
        boolean isOpen = false;
        try {
            // Without a verifier of ours, Java's own compares the name that was connected to.
            ((StartTlsResponse) context.extendedOperation(new StartTlsRequest())).negotiate(tlsSockets());
            context.addToEnvironment(DirContext.SECURITY_PRINCIPAL, principal);
            context.addToEnvironment(DirContext.SECURITY_CREDENTIALS, password);
            context.reconnect(null);
            isOpen = true;
            return context;
        } catch (IOException e) {
            CommunicationException failure = new CommunicationException("StartTLS failed: " + e.getMessage());
            failure.setRootCause(e);
            throw failure;
        } finally {
            if (!isOpen) {
                context.close();
            }
        }
    }

    private synchronized SSLSocketFactory tlsSockets() {
        if (sockets != null) {
            return sockets;
        }
        try {
            TrustManagerFactory authorities = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            authorities.init(KeyStore.getInstance(trustStore, trustStorePassword.toCharArray()));
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, authorities.getTrustManagers(), null);
            sockets = tls.getSocketFactory();
            return sockets;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The authorities of " + label + " cannot be read", e);
        }
    }

    private void lost(NamingException failure) {
        if (isRunning && isAway.compareAndSet(false, true)) {
            LOG.warn(label + " cannot be reached: " + failure);
            closePooledConnections();
            Thread.ofVirtual().start(this::lookForIt);
        }
    }

    private void lookForIt() {
        while (isRunning) {
            Pooled connection = create();
            try {
                Thread.sleep(BETWEEN_TRIES_MS);
                open(connection);
                release(connection);
                back();
                return;
            } catch (NamingSecurityException e) {
                // It is there, and says so. Another attempt with this password could lock its account.
                back();
                return;
            } catch (NamingException | RuntimeException e) {
                LOG.debug(label + " still cannot be reached", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void back() {
        LOG.info(label + " can be reached again");
        isAway.set(false);
    }

    /** What is asked by a connection. */
    interface Question<T> {
        T ask(Pooled connection) throws NamingException;
    }

    /** A connection that knows when it was of use. */
    static final class Pooled extends JNDIConnection {
        private volatile long lastUsed;

        private Pooled(String userSearch, String roleBase, String roleSearch) {
            super(userSearch, null, roleBase, roleSearch);
        }

        LdapContext ldap() {
            return (LdapContext) context;
        }
    }
}
