package gitserver;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/** Works on so many requests of one client address at once, and no more: Tomcat counts those of all clients only. */
public final class AddressLimitValve extends ValveBase {
    private final ConcurrentMap<String, Integer> requests = new ConcurrentHashMap<>();
    private int limit = 1;

    public AddressLimitValve() {
        super(true);
    }

    public void setLimit(int limit) {
        this.limit = limit;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String address = request.getRemoteAddr();
        try {
            if (requests.merge(address, 1, Integer::sum) > limit) {
                response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                return;
            }
            getNext().invoke(request, response);
        } finally {
            // An address without requests is forgotten.
            requests.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
    }
}
