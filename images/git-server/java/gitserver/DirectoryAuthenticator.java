package gitserver;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.authenticator.BasicAuthenticator;
import org.apache.catalina.connector.Request;

/**
 * A BasicAuthenticator that answers 503 where a directory that would have to be asked does not answer: 401 would say that
 * the password is wrong, and git then forgets the one that it has stored.
 */
public final class DirectoryAuthenticator extends BasicAuthenticator {
    private static final String RETRY_AFTER_SECONDS = "10";

    private DirectoriesRealm directories;

    @Override
    protected void startInternal() throws LifecycleException {
        super.startInternal();
        directories = DirectoriesRealm.within(getContainer().getRealm());
    }

    @Override
    protected boolean doAuthenticate(Request request, HttpServletResponse response) throws IOException {
        directories.beginLogin();
        if (super.doAuthenticate(request, response)) {
            return true;
        }
        if (!directories.isAvailable()) {
            request.getResponse().getCoyoteResponse().getMimeHeaders().removeHeader(AUTH_HEADER_NAME);
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
        return false;
    }
}
