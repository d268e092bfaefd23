package gitserver;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.manager.StatusManagerServlet;

/**
 * Tomcat's own page about memory, threads and requests under way, and it alone: declared in web.xml, it would need an
 * application that may manage the server.
 */
public final class ServerStatusServlet extends HttpServlet {
    private final transient StatusManagerServlet page = new StatusManagerServlet();

    @Override
    public void init() throws ServletException {
        page.init(getServletConfig());
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        response.setHeader("Cache-Control", "no-store");
        page.doGet(request, response);
    }

    @Override
    public void destroy() {
        page.destroy();
    }
}
