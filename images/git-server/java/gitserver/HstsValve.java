package gitserver;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Strict-Transport-Security (RFC 6797) on every answer over TLS. Tomcat's own filter for it runs after the login, so that
 * the first answer of all, which asks for it, would go without.
 */
public final class HstsValve extends ValveBase {
    private long maxAge;

    public HstsValve() {
        super(true);
    }

    /** Seconds for which browsers refuse plain HTTP. */
    public void setMaxAge(long seconds) {
        maxAge = seconds;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (request.isSecure()) {
            response.setHeader("Strict-Transport-Security", "max-age=" + maxAge);
        }
        getNext().invoke(request, response);
    }
}
