package gitserver;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The declared repositories, from a file with a line for each and kind of access: path, "read" or "write", and the
 * groups that have it, separated by tabs.
 */
final class Repositories {
    /** One repository; whoever may write is among the readers, too. */
    static final class Grants {
        private List<String> readers = List.of();
        private List<String> writers = List.of();

        boolean allowsReading(HttpServletRequest request) {
            return allowsReading(request::isUserInRole);
        }

        boolean allowsWriting(HttpServletRequest request) {
            return allowsWriting(request::isUserInRole);
        }

        /** To somebody of whom this tells which groups it is in. */
        boolean allowsReading(Predicate<String> isInGroup) {
            return readers.stream().anyMatch(isInGroup);
        }

        boolean allowsWriting(Predicate<String> isInGroup) {
            return writers.stream().anyMatch(isInGroup);
        }
    }

    private final Map<String, Grants> byPath;

    private Repositories(Map<String, Grants> byPath) {
        this.byPath = Collections.unmodifiableMap(byPath);
    }

    /** Of the file that the context parameter "repositories" names. */
    static Repositories of(ServletContext context) throws ServletException {
        try {
            return read(Path.of(context.getInitParameter("repositories")));
        } catch (IOException e) {
            throw new ServletException("The list of repositories cannot be read", e);
        }
    }

    static Repositories read(Path file) throws IOException {
        Map<String, Grants> byPath = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isEmpty()) {
                continue;
            }
            String[] fields = line.split("\t");
            List<String> groups = List.copyOf(Arrays.asList(fields).subList(2, fields.length));
            Grants grants = byPath.computeIfAbsent(fields[0], path -> new Grants());
            switch (fields[1]) {
                case "read" -> grants.readers = groups;
                case "write" -> grants.writers = groups;
                default -> throw new IOException("Unknown access " + fields[1] + " to " + fields[0]);
            }
        }
        return new Repositories(byPath);
    }

    /** By path without ".git", in order. */
    Map<String, Grants> all() {
        return byPath;
    }

    /** Null where there is none of this path. */
    Grants find(String path) {
        return byPath.get(path);
    }
}
