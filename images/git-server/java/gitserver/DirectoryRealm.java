package gitserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.naming.AuthenticationException;
import javax.naming.CommunicationException;
import javax.naming.NamingException;
import javax.naming.NamingSecurityException;
import javax.naming.OperationNotSupportedException;
import javax.naming.ServiceUnavailableException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InvalidAttributeValueException;
import javax.naming.ldap.LdapContext;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.realm.JNDIRealm;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;

/**
 * The connections to one directory: JNDIRealm's pool and settings, with what it has no setting for. The password of its
 * account is read from a file whenever a connection is opened. It trusts authorities of its own. StartTLS is made by
 * DirectoryOpening, because JNDIRealm's closes the TLS of whichever connection of the pool came last. A connection that was
 * not used for a while is not trusted to be there still, and a directory that is not there is asked for in the background,
 * so that only those wait for it who find out. What is asked is Accounts' matter, and which directory DirectoriesRealm's.
 */
public final class DirectoryRealm extends JNDIRealm {
    private static final Log LOG = LogFactory.getLog(DirectoryRealm.class);
    /** Servers and firewalls forget connections that say nothing, some without a word. */
    private static final long LONGEST_SILENCE_MS = 30_000;
    private static final long BETWEEN_TRIES_MS = 1000;
    /** After which it is asked whether the directory is still there. */
    private static final long PATIENCE_MS = 1000;

    private final AtomicBoolean isAway = new AtomicBoolean();
    /** Why it is away, as the log has it. */
    private volatile String reason;
    private volatile boolean isRunning;
    private String label;
    private Path passwordFile;
    private Path trustStore;
    private String trustStorePassword;
    private int pageSize;
    private Accounts accounts;
    private String userFilter;
    private String userName;
    private boolean hidesExpired;
    private String localGroups;
    private DirectoryOpening opening;

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
        trustStore = Path.of(path);
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
        return new DirectorySearch(getTimeLimit(), pageSize);
    }

    /** What is asked of this directory. */
    Accounts accounts() {
        return accounts;
    }

    @Override
    protected void startInternal() throws LifecycleException {
        isRunning = true;
        try {
            opening = new DirectoryOpening(trustStore, trustStorePassword, getUseStartTls(), Long.parseLong(getConnectionTimeout()));
            accounts = new Accounts(this, localGroups == null ? LocalGroups.NONE : LocalGroups.read(Path.of(localGroups)));
        } catch (IOException | GeneralSecurityException e) {
            throw new LifecycleException("The files of " + label + " cannot be read", e);
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
     * Asks by a connection of the pool; an old one that is of no use any more is replaced once. Where the directory is
     * known to be away, it is not asked.
     */
    <T> T ask(Question<T> question) throws NamingException {
        if (isAway.get()) {
            throw new Away(label + " cannot be reached");
        }
        Pooled connection = pooled();
        if (connection != null) {
            long start = System.nanoTime();
            try {
                return answer(connection, question);
            } catch (CommunicationException | ServiceUnavailableException | NamingSecurityException | NullPointerException e) {
                // Lost, which JNDI may notice by a null, or of a time when the account had another password.
                closePooledConnections();
                // What took long would take long again.
                if (isAway.get() || TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) > PATIENCE_MS) {
                    throw e;
                }
            }
        }
        return answer(opened(new AtomicBoolean()), question);
    }

    private <T> T answer(Pooled connection, Question<T> question) throws NamingException {
        AtomicBoolean isDone = new AtomicBoolean();
        DirContext asked = connection.context;
        Future<?> watch = Clock.after(PATIENCE_MS, () -> Clock.start(() -> watch(asked, isDone)));
        boolean isAnswered = false;
        try {
            T answer = opening.permitting(() -> question.ask(connection));
            isAnswered = true;
            return answer;
        } finally {
            isDone.set(true);
            watch.cancel(false);
            if (isAnswered) {
                connection.lastUsed = System.currentTimeMillis();
                release(connection);
            } else {
                close(connection);
            }
        }
    }

    /**
     * A peer that went without a word would be waited for as long as readTimeout says. Whether it is only slow, another
     * connection tells.
     */
    private void watch(DirContext asked, AtomicBoolean isDone) {
        try {
            release(opened(isDone));
        } catch (NamingSecurityException e) {
            LOG.debug(label + " is there", e);
        } catch (NamingException e) {
            if (!isDone.get()) {
                close(asked);
            }
        }
    }

    private static void close(DirContext context) {
        try {
            context.close();
        } catch (NamingException e) {
            LOG.debug("It was lost already", e);
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

    /** Where it fails, the directory is away, unless nobody wants to know any more. */
    private Pooled opened(AtomicBoolean isDone) throws NamingException {
        Pooled connection = create();
        try {
            open(connection);
            connection.lastUsed = System.currentTimeMillis();
            return connection;
        } catch (NamingSecurityException e) {
            throw e;
        } catch (NamingException e) {
            if (!isDone.get()) {
                lost(e);
            }
            throw e;
        }
    }

    /** For JNDIRealm's own look at the start. */
    @Override
    protected JNDIConnection get() throws NamingException {
        Pooled connection = pooled();
        return connection == null ? opened(new AtomicBoolean()) : connection;
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
        connection.context = opening.open(getDirectoryContextEnvironment());
    }

    private void lost(NamingException failure) {
        if (isRunning && isAway.compareAndSet(false, true)) {
            warn(failure);
            closePooledConnections();
            Clock.start(this::lookForIt);
        }
    }

    /** Once for each reason: a server that has started at last may have the wrong certificate. */
    private void warn(Exception failure) {
        String now = failure.toString();
        if (!now.equals(reason)) {
            reason = now;
            LOG.warn(label + " cannot be reached: " + now);
        }
    }

    private void lookForIt() {
        while (isRunning) {
            Pooled connection = create();
            try {
                Thread.sleep(BETWEEN_TRIES_MS);
                open(connection);
                connection.lastUsed = System.currentTimeMillis();
                release(connection);
                back();
                return;
            } catch (NamingSecurityException e) {
                // It is there, and says so. Another attempt with this password could lock its account.
                back();
                return;
            } catch (NamingException | RuntimeException e) {
                warn(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void back() {
        LOG.info(label + " can be reached again");
        reason = null;
        isAway.set(false);
    }

    /** What somebody else has found out. */
    static final class Away extends ServiceUnavailableException {
        private Away(String message) {
            super(message);
        }
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
