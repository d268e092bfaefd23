package gitserver;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pages of a repository, made by cgit. Each run of it gets, on its standard input, a configuration that names the one
 * repository of the request's path, so that no parameter can lead to another. Tomcat's own CGIServlet is not used because
 * it adds half a second to most pages: it sleeps when the program has closed its output and is not quite gone.
 */
public final class PageServlet extends HttpServlet {
    /** No segment of a repository's path ends in ".git", so the first that does is its end. */
    private static final Pattern PATH = Pattern.compile("/(.+?)\\.git(/.*)?");
    /** Programs that may run at the same time, and seconds to wait for a place: each takes memory of the container. */
    private static final int AT_ONCE = 16;
    private static final long PATIENCE_SECONDS = 30;

    private final transient Semaphore places = new Semaphore(AT_ONCE, true);
    private transient Repositories repositories;

    @Override
    public void init() throws ServletException {
        repositories = Repositories.of(getServletContext());
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        Matcher parts = PATH.matcher(path);
        String name = parts.matches() ? parts.group(1) : "";
        Repositories.Grants grants = repositories.find(name);
        if (grants == null || !grants.allowsReading(request)) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        boolean isIn = false;
        try {
            isIn = places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (isIn) {
                runProgram(name, path, request, response);
            } else {
                response.setHeader("Retry-After", "30");
                response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (isIn) {
                places.release();
            }
        }
    }

    private void runProgram(String name, String path, HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(getInitParameter("program")).redirectError(ProcessBuilder.Redirect.INHERIT);
        String query = request.getQueryString();
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(Map.of(
                "PATH", "/usr/bin:/bin",
                "LC_ALL", "C.UTF-8",
                "CGIT_CONFIG", "/dev/stdin",
                "REQUEST_METHOD", request.getMethod(),
                "PATH_INFO", path,
                "QUERY_STRING", query == null ? "" : query,
                // Of the base URL: those of the request are the client's word.
                "HTTP_HOST", getInitParameter("host"),
                "HTTPS", getInitParameter("https")));
        Process program = builder.start();
        try {
            try (OutputStream input = program.getOutputStream()) {
                String folder = getServletContext().getInitParameter("repositoriesFolder");
                String configuration = "include=%s\nrepo.url=%s.git\nrepo.path=%s/%s.git\nrepo.desc=Git repository\n"
                        .formatted(getInitParameter("settings"), name, folder, name);
                input.write(configuration.getBytes(StandardCharsets.UTF_8));
            }
            InputStream output = new BufferedInputStream(program.getInputStream());
            if (copyHeaders(output, response)) {
                output.transferTo(response.getOutputStream());
            } else {
                response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            }
        } finally {
            program.destroyForcibly().waitFor();
        }
    }

    /** Whether there was a whole CGI header (RFC 3875, 6.3). */
    private static boolean copyHeaders(InputStream output, HttpServletResponse response) throws IOException {
        for (String line = line(output); line != null; line = line(output)) {
            int colon = line.indexOf(':');
            if (line.isEmpty()) {
                return true;
            }
            if (colon < 0) {
                return false;
            }
            String header = line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            if (header.equalsIgnoreCase("Status")) {
                response.setStatus(Integer.parseInt(value.split(" ")[0]));
            } else if (header.equalsIgnoreCase("Content-Type")) {
                response.setContentType(value);
            } else {
                // In the place of one that is for all pages: cgit is stricter with files of a repository.
                response.setHeader(header, value);
            }
        }
        return false;
    }

    private static String line(InputStream input) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                return null;
            }
            if (next != '\r') {
                bytes.write(next);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
