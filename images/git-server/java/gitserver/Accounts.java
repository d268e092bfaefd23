package gitserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.naming.InvalidNameException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attributes;
import javax.naming.directory.SearchResult;
import javax.naming.ldap.LdapName;

/** The accounts of one directory: who has a name, a password or a key, and which groups an account is in. */
final class Accounts {
    /** What keys of SSH are in (openssh-lpk). */
    private static final String KEYS = "sshPublicKey";

    private final DirectoryRealm directory;
    private final LocalGroups localGroups;
    private final GroupSearch groups;

    Accounts(DirectoryRealm directory, LocalGroups localGroups) {
        this.directory = directory;
        this.localGroups = localGroups;
        this.groups = new GroupSearch(directory);
    }

    /**
     * What a directory says to a name and a password.
     *
     * @param isKnown whether it has the name; then it decides, and no other
     * @param account null where the password is wrong
     */
    record Login(boolean isKnown, Account account, Set<String> groups) {
        static final Login UNKNOWN = new Login(false, null, Set.of());
        static final Login REFUSED = new Login(true, null, Set.of());
    }

    Login login(String name, String password) throws NamingException {
        return directory.ask(connection -> {
            List<Account> found = named(connection, name);
            if (found.isEmpty()) {
                return Login.UNKNOWN;
            }
            // Two of a name are nobody. That an account is disabled, its server says, too; a key is judged by this alone.
            Account account = found.get(0);
            if (found.size() > 1 || account.isDisabled() || !directory.accepts(connection, account, password)) {
                return Login.REFUSED;
            }
            return new Login(true, account, groupsOf(connection, account));
        });
    }

    /** Whether it has an account of this name, whatever its state. */
    boolean knows(String name) throws NamingException {
        return directory.ask(connection -> !named(connection, name).isEmpty());
    }

    /** The accounts of which a value is exactly this key, with or without a comment. */
    List<Account> ownersOf(String type, String key) throws NamingException {
        String wanted = type + " " + key;
        String value = directory.doFilterEscaping(wanted);
        // Both forms at once, so that the same key of two accounts is seen whatever their comments. A directory without a
        // substring rule for the attribute answers the first alone.
        String filter = "(&%s(|(%s=%s)(%s=%s *)))".formatted(directory.getUserFilter(), KEYS, value, KEYS, value);
        return directory.ask(connection -> {
            List<Account> owners = new ArrayList<>();
            for (Account account : found(connection, filter, attributes(KEYS))) {
                for (String line : account.values(KEYS)) {
                    String[] words = line.strip().split("[ \\t\\n]+");
                    if (words.length > 1 && (words[0] + " " + words[1]).equals(wanted)) {
                        owners.add(account);
                        break;
                    }
                }
            }
            return owners;
        });
    }

    /** The account as it is now, null where there is none of this DN any more. */
    Account at(String dn) throws NamingException {
        return directory.ask(connection -> {
            try {
                return accounts(directory.search().at(connection.ldap(), new LdapName(dn), directory.getUserFilter(), attributes()))
                        .stream().findFirst().orElse(null);
            } catch (NameNotFoundException | InvalidNameException e) {
                return null;
            }
        });
    }

    List<Account> all() throws NamingException {
        return directory.ask(connection -> found(connection, directory.getUserFilter(), attributes()));
    }

    /** Of the directory, and local ones. */
    Set<String> groupsOf(Account account) throws NamingException {
        return directory.ask(connection -> groupsOf(connection, account));
    }

    private Set<String> groupsOf(DirectoryRealm.Pooled connection, Account account) throws NamingException {
        Set<String> names = new TreeSet<>(groups.of(connection, account));
        names.addAll(localGroups.of(account.name()));
        return names;
    }

    private List<Account> named(DirectoryRealm.Pooled connection, String name) throws NamingException {
        String filter = connection.userSearchFormat.format(new String[] {directory.doFilterEscaping(name)});
        return found(connection, filter, attributes());
    }

    private List<Account> found(DirectoryRealm.Pooled connection, String filter, String... attributes) throws NamingException {
        return accounts(directory.search().below(connection.ldap(), directory.getUserBase(), filter, attributes));
    }

    private List<Account> accounts(List<SearchResult> results) throws NamingException {
        List<Account> accounts = new ArrayList<>();
        for (SearchResult result : results) {
            Attributes attributes = result.getAttributes();
            String name = new Account(null, null, attributes).value(directory.getUserNameAttribute());
            if (name != null) {
                Account account = new Account(result.getNameInNamespace(), name, attributes);
                if (!directory.hidesExpired() || !account.isExpired()) {
                    accounts.add(account);
                }
            }
        }
        return accounts;
    }

    private String[] attributes(String... more) {
        List<String> attributes = new ArrayList<>(Account.STATUS);
        attributes.add(directory.getUserNameAttribute());
        if (directory.getUserRoleName() != null) {
            attributes.add(directory.getUserRoleName());
        }
        if (directory.getUserRoleAttribute() != null) {
            attributes.add(directory.getUserRoleAttribute());
        }
        attributes.addAll(List.of(more));
        return attributes.toArray(new String[0]);
    }
}
