package gitserver;

import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.util.FS;

/**
 * In front of JGit, behind the constraints of web.xml: lets through the requests of Git's smart protocol, spelled in the
 * one usual way, to declared repositories. It refuses a push with its first request, before anything is uploaded, which
 * the constraints cannot: a fetch begins at the same URL.
 */
public final class RepositoryFilter extends HttpFilter {
    private static final Pattern REQUEST = Pattern.compile("/(.+)\\.git/(info/refs|git-upload-pack|git-receive-pack)");
    private transient Repositories repositories;

    @Override
    public void init(FilterConfig config) throws ServletException {
        super.init(config);
        repositories = Repositories.of(config.getServletContext());
        // JGit measures the clock of a disk before it first reads from it, for three seconds: better now than for a user.
        Path folder = Path.of(config.getServletContext().getInitParameter("repositoriesFolder"));
        Thread.ofPlatform().daemon().name("disk-clock").start(() -> FS.FileStoreAttributes.get(folder));
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (isAllowed(request)) {
            chain.doFilter(new BrokenOffRequest(request), response);
        } else {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
        }
    }

    private boolean isAllowed(HttpServletRequest request) {
        String path = request.getPathInfo();
        Matcher parts = REQUEST.matcher(path == null ? "" : path);
        if (!parts.matches() || !request.getRequestURI().equals(request.getContextPath() + request.getServletPath() + path)) {
            return false;
        }
        Repositories.Grants grants = repositories.find(parts.group(1));
        if (grants == null) {
            return false;
        }
        boolean isFirst = parts.group(2).equals("info/refs");
        boolean fits = isFirst ? request.getMethod().equals("GET") : request.getMethod().equals("POST");
        // Only asked of a GET: of a POST, the parameters could be its body.
        String service = !fits ? "" : isFirst ? request.getParameter("service") : parts.group(2);
        return switch (service == null ? "" : service) {
            case "git-upload-pack" -> grants.allowsReading(request);
            case "git-receive-pack" -> grants.allowsWriting(request);
            default -> false;
        };
    }
}
