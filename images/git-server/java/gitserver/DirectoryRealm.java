package gitserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import javax.naming.AuthenticationException;
import javax.naming.NamingException;
import org.apache.catalina.realm.JNDIRealm;

/**
 * JNDIRealm with two things that it has no setting for: the password of its own account is read from a file whenever a
 * connection is opened, so that a new one needs no restart and none is in server.xml; and it tells "wrong password" from
 * "no answer from the directory", so that an outage locks nobody out.
 */
public final class DirectoryRealm extends JNDIRealm {
    /** Whether the directory answered the login that this thread is working on. */
    private final ThreadLocal<Boolean> answered = ThreadLocal.withInitial(() -> Boolean.TRUE);
    private Path passwordFile;

    /** File with the password of connectionName, as it is: a newline at its end is part of the password. */
    public void setPasswordFile(String path) {
        passwordFile = Path.of(path);
    }

    @Override
    protected void open(JNDIConnection connection) throws NamingException {
        try {
            // Also what the pool's older connections go back to after each user's own bind.
            connectionPassword = Files.readString(passwordFile);
        } catch (IOException e) {
            NamingException failure = new NamingException("The password of the directory's account cannot be read");
            failure.initCause(e);
            throw failure;
        }
        // An empty password is an anonymous bind to the directory (RFC 4513, 5.1.2).
        if (connectionPassword.isEmpty()) {
            throw new AuthenticationException("The password of the directory's account is empty");
        }
        super.open(connection);
    }

    @Override
    public Principal authenticate(String username, String credentials) {
        answered.set(Boolean.FALSE);
        return super.authenticate(username, credentials);
    }

    @Override
    protected Principal authenticate(JNDIConnection connection, String username, String credentials) throws NamingException {
        Principal principal = super.authenticate(connection, username, credentials);
        answered.set(Boolean.TRUE);
        return principal;
    }

    /** What LockOutRealm asks before it counts a failure. */
    @Override
    public boolean isAvailable() {
        return answered.get();
    }
}
