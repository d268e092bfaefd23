package gitserver;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * The first page: the repositories that the account may read, and no hint of others. All links start with the base URL,
 * the context parameter "baseUrl". What asks for it under another path is sent there.
 */
public final class IndexServlet extends HttpServlet {
    private transient Repositories repositories;
    private String baseUrl;

    @Override
    public void init() throws ServletException {
        repositories = Repositories.of(getServletContext());
        baseUrl = getServletContext().getInitParameter("baseUrl");
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getServletPath().isEmpty()) {
            response.sendRedirect(baseUrl + "/");
            return;
        }
        response.setContentType("text/html");
        response.setCharacterEncoding("UTF-8");
        PrintWriter page = response.getWriter();
        page.print("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Repositories</title>");
        page.printf("<link rel=\"stylesheet\" href=\"%s/assets/cgit.css\">", escaped(baseUrl));
        page.printf("<link rel=\"icon\" href=\"%s/assets/favicon.ico\"></head><body><div id=\"cgit\">", escaped(baseUrl));
        page.print("<table id=\"header\"><tr><td class=\"main\">Repositories</td></tr>");
        page.printf("<tr><td class=\"sub\">%s</td></tr></table>", escaped(request.getRemoteUser()));
        page.print("<div class=\"content\"><table class=\"list nowrap\">");
        page.print("<tr class=\"nohover\"><th class=\"left\">Name</th><th class=\"left\">Clone</th><th class=\"left\">Access</th></tr>\n");
        repositories.all().forEach((path, grants) -> {
            if (grants.allowsReading(request)) {
                page.printf("<tr><td class=\"toplevel-repo\"><a href=\"%1$s/browse/%2$s.git/\">%2$s</a></td>", escaped(baseUrl), escaped(path));
                page.printf("<td>%s/scm/%s.git</td>", escaped(baseUrl), escaped(path));
                page.printf("<td>%s</td></tr>\n", grants.allowsWriting(request) ? "read and write" : "read");
            }
        });
        page.print("</table></div></div></body></html>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
    }
}
