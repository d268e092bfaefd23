package gitserver;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.naming.CompositeName;
import javax.naming.InvalidNameException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.SearchResult;
import javax.naming.ldap.LdapName;

/**
 * The groups of an account, as JNDIRealm's settings say: roleBase, roleSearch, roleName, roleNested, userRoleName and
 * userRoleAttribute. JNDIRealm's own search has no time limit and no pages, takes the values of userRoleName for names of
 * roles, though they are DNs of groups, and asks once for each group that may be in another.
 */
final class GroupSearch {
    /** Stands where an account has no userRoleAttribute: no number of a group. */
    private static final String NO_ROLE_ID = "none";
    /** Groups that are asked for at once. */
    private static final int AT_ONCE = 50;

    private final DirectoryRealm directory;
    private final String base;
    private final LdapName baseDn;

    GroupSearch(DirectoryRealm directory) {
        this.directory = directory;
        this.base = new MessageFormat(directory.getRoleBase()).format(new Object[0]);
        try {
            this.baseDn = new LdapName(new CompositeName(base).get(0));
        } catch (InvalidNameException e) {
            throw new IllegalArgumentException("The group base " + base + " is no DN", e);
        }
    }

    /** Their names. */
    Collection<String> of(DirectoryRealm.Pooled connection, Account account) throws NamingException {
        if (directory.getUserRoleName() != null) {
            return named(connection, account.values(directory.getUserRoleName()));
        }
        String id = directory.getUserRoleAttribute() == null ? null : account.value(directory.getUserRoleAttribute());
        Map<String, String> found = having(connection, List.of(filter(connection, account.dn(), account.name(), id)));
        if (!directory.getRoleNested()) {
            return found.values();
        }
        Map<String, String> all = new HashMap<>(found);
        while (!found.isEmpty()) {
            List<String> filters = new ArrayList<>();
            for (Map.Entry<String, String> group : found.entrySet()) {
                filters.add(filter(connection, group.getKey(), group.getValue(), null));
            }
            found = having(connection, filters);
            // Groups may be in each other.
            found.keySet().removeAll(all.keySet());
            all.putAll(found);
        }
        return all.values();
    }

    private String filter(DirectoryRealm.Pooled connection, String dn, String name, String id) {
        return connection.roleFormat.format(new String[] {directory.doFilterEscaping(dn), directory.doFilterEscaping(name),
            directory.doFilterEscaping(id == null ? NO_ROLE_ID : id)});
    }

    /** Groups, DN to name, that one of the filters fits. */
    private Map<String, String> having(DirectoryRealm.Pooled connection, List<String> filters) throws NamingException {
        Map<String, String> found = new HashMap<>();
        for (int from = 0; from < filters.size(); from += AT_ONCE) {
            List<String> some = filters.subList(from, Math.min(from + AT_ONCE, filters.size()));
            String filter = some.size() == 1 ? some.get(0) : "(|" + String.join("", some) + ")";
            for (SearchResult result : directory.search().below(connection.ldap(), base, filter, directory.getRoleName())) {
                String name = nameOf(result);
                if (name != null) {
                    found.put(result.getNameInNamespace(), name);
                }
            }
        }
        return found;
    }

    /** Names of those DNs that are groups of this directory: below its base, and such that its filter fits. */
    private Set<String> named(DirectoryRealm.Pooled connection, List<String> dns) throws NamingException {
        String filter = connection.roleFormat.format(new String[] {});
        Set<String> names = new HashSet<>();
        for (String dn : dns) {
            try {
                LdapName parsed = new LdapName(dn);
                if (parsed.startsWith(baseDn)) {
                    for (SearchResult result : directory.search().at(connection.ldap(), parsed, filter, directory.getRoleName())) {
                        names.add(nameOf(result));
                    }
                }
            } catch (NameNotFoundException | InvalidNameException e) {
                // It was deleted, or is no DN.
                continue;
            }
        }
        names.remove(null);
        return names;
    }

    /** The first, null without. */
    private String nameOf(SearchResult result) throws NamingException {
        Attribute names = result.getAttributes().get(directory.getRoleName());
        return names == null || names.size() == 0 ? null : Account.text(names.get(0));
    }
}
