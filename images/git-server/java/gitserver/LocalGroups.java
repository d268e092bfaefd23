package gitserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Groups beside those of a directory, with the names of the users in them. */
final class LocalGroups {
    static final LocalGroups NONE = new LocalGroups(Map.of());

    private final Map<String, Set<String>> users;

    private LocalGroups(Map<String, Set<String>> users) {
        this.users = users;
    }

    /** Of a file with a line for each group: its name and those of its users, with tabs between. */
    static LocalGroups read(Path file) throws IOException {
        Map<String, Set<String>> users = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split("\t");
            if (!line.isEmpty()) {
                Set<String> names = users.computeIfAbsent(fields[0], group -> new HashSet<>());
                Arrays.stream(fields).skip(1).map(Account::canonical).forEach(names::add);
            }
        }
        return new LocalGroups(users);
    }

    List<String> of(String name) {
        String canonical = Account.canonical(name);
        List<String> groups = new ArrayList<>();
        users.forEach((group, names) -> {
            if (names.contains(canonical)) {
                groups.add(group);
            }
        });
        return groups;
    }
}
