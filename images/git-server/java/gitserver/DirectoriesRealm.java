package gitserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.naming.NamingException;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Realm;
import org.apache.catalina.realm.CombinedRealm;
import org.apache.catalina.realm.GenericPrincipal;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;

/**
 * Directories in order: the first that knows a name decides, also on its password and its keys, where CombinedRealm would
 * take the next one's. One that does not answer is passed over, but for names that it was seen to know: nobody of a later
 * directory takes them over. It also says who may use the server at all.
 */
public final class DirectoriesRealm extends CombinedRealm {
    private static final Log LOG = LogFactory.getLog(DirectoriesRealm.class);
    /** Names that it is remembered of which directory knew them. */
    private static final int REMEMBERED = 50_000;

    private final Map<String, Integer> knownTo = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };
    /** Whether the login that this thread is working on was decided by a directory. */
    private final ThreadLocal<Boolean> isDecided = ThreadLocal.withInitial(() -> Boolean.TRUE);
    private List<DirectoryRealm> directories = List.of();
    private Path licenceFile;
    /** Null where whoever has an account may use the server. */
    private Set<String> licensed;

    /** File with a line for each group whose members may use the server. Without one, all accounts may. */
    public void setLicensedGroups(String path) {
        licenceFile = Path.of(path);
    }

    /** The answer to a question for an account. */
    enum Answer {
        /** It has an account, or may do what was asked for. */
        YES,
        NO,
        /** More than one account has the key. */
        SEVERAL,
        /** The account is locked, disabled or expired: it has a key, and its password would be refused. */
        LOCKED,
        /** A directory that would have to be asked does not answer. */
        NONE
    }

    /**
     * An account, and the number of its directory.
     *
     * @param account null where there is not one
     */
    record Owner(Answer answer, int directory, Account account) {
        private static Owner nobody(Answer answer) {
            return new Owner(answer, -1, null);
        }
    }

    @Override
    protected void startInternal() throws LifecycleException {
        int declared = realms.size();
        try {
            licensed = licenceFile == null ? null : new HashSet<>(Files.readAllLines(licenceFile));
        } catch (IOException e) {
            throw new LifecycleException("The list of licensed groups cannot be read", e);
        }
        super.startInternal();
        if (realms.size() < declared) {
            // The order would be another.
            throw new LifecycleException("A directory did not start; the messages above say why");
        }
        directories = realms.stream().map(DirectoryRealm.class::cast).toList();
    }

    @Override
    public void addRealm(Realm realm) {
        if (!(realm instanceof DirectoryRealm)) {
            throw new IllegalArgumentException(realm.getClass().getName());
        }
        super.addRealm(realm);
    }

    /** The one that a service's realm is built around. */
    static DirectoriesRealm within(Realm realm) throws LifecycleException {
        if (realm instanceof DirectoriesRealm found) {
            return found;
        }
        if (realm instanceof CombinedRealm combined && combined.getNestedRealms().length == 1) {
            return within(combined.getNestedRealms()[0]);
        }
        throw new LifecycleException("The service has no directories");
    }

    /** For a login that may end before it comes to the directories: what this thread worked on before is no matter of it. */
    void beginLogin() {
        isDecided.set(Boolean.TRUE);
    }

    @Override
    public Principal authenticate(String username, String credentials) {
        beginLogin();
        if (username == null || username.isEmpty() || credentials == null || credentials.isEmpty()) {
            return null;
        }
        boolean isComplete = true;
        for (int number = 0; number < directories.size(); number++) {
            try {
                Accounts.Login login = directories.get(number).accounts().login(username, credentials);
                remember(username, number, login.isKnown());
                if (login.isKnown()) {
                    return login.account() == null ? null
                            : new GenericPrincipal(login.account().name(), List.copyOf(rights(login.groups())));
                }
            } catch (NamingException | RuntimeException e) {
                noAnswer(number, e);
                isComplete = false;
                if (isKnownTo(username, number)) {
                    break;
                }
            }
        }
        isDecided.set(isComplete);
        return null;
    }

    /** What LockOutRealm asks before it counts a failure, and DirectoryAuthenticator before it says that there was one. */
    @Override
    public boolean isAvailable() {
        return isDecided.get();
    }

    /** The one account that has a key, and may use it. */
    Owner ownerOf(String type, String key) {
        List<Owner> owners = new ArrayList<>();
        boolean isComplete = true;
        for (int number = 0; number < directories.size(); number++) {
            try {
                for (Account account : directories.get(number).accounts().ownersOf(type, key)) {
                    switch (firstToKnow(account.name(), number)) {
                        case YES -> owners.add(new Owner(isUsable(account) ? Answer.YES : Answer.LOCKED, number, account));
                        case NONE -> isComplete = false;
                        default -> { }
                    }
                }
            } catch (NamingException | RuntimeException e) {
                noAnswer(number, e);
                isComplete = false;
            }
        }
        return switch (owners.size()) {
            case 0 -> Owner.nobody(isComplete ? Answer.NO : Answer.NONE);
            case 1 -> owners.get(0);
            default -> Owner.nobody(Answer.SEVERAL);
        };
    }

    /** The groups that count for an account, as the directories have them now; null where one that has to answer does not. */
    Set<String> rightsOf(int number, String dn) {
        if (number < 0 || number >= directories.size()) {
            return Set.of();
        }
        try {
            Accounts accounts = directories.get(number).accounts();
            Account account = accounts.at(dn);
            if (account == null || !isUsable(account)) {
                return Set.of();
            }
            return switch (firstToKnow(account.name(), number)) {
                case YES -> rights(accounts.groupsOf(account));
                case NONE -> null;
                default -> Set.of();
            };
        } catch (NamingException | RuntimeException e) {
            noAnswer(number, e);
            return null;
        }
    }

    /** Accounts that may use the server. */
    int countLicensed() throws NamingException {
        Set<String> seen = new HashSet<>();
        int count = 0;
        for (DirectoryRealm directory : directories) {
            Set<String> names = new HashSet<>();
            for (Account account : directory.accounts().all()) {
                String name = Account.canonical(account.name());
                names.add(name);
                if (!seen.contains(name) && !account.isDisabled() && isLicensed(directory.accounts().groupsOf(account))) {
                    count++;
                }
            }
            seen.addAll(names);
        }
        return count;
    }

    /** Whether a name is this directory's and no earlier one's. */
    private Answer firstToKnow(String name, int number) {
        for (int earlier = 0; earlier < number; earlier++) {
            try {
                boolean isKnown = directories.get(earlier).accounts().knows(name);
                remember(name, earlier, isKnown);
                if (isKnown) {
                    return Answer.NO;
                }
            } catch (NamingException | RuntimeException e) {
                noAnswer(earlier, e);
                if (isKnownTo(name, earlier)) {
                    return Answer.NONE;
                }
            }
        }
        remember(name, number, true);
        return Answer.YES;
    }

    private static boolean isUsable(Account account) throws NamingException {
        return !account.isDisabled() && !account.isLocked();
    }

    /** None at all without a licence. */
    private Set<String> rights(Set<String> groups) {
        return isLicensed(groups) ? groups : Set.of();
    }

    private boolean isLicensed(Set<String> groups) {
        return licensed == null || groups.stream().anyMatch(licensed::contains);
    }

    private void remember(String name, int number, boolean isKnown) {
        String key = Account.canonical(name);
        synchronized (knownTo) {
            if (isKnown) {
                knownTo.merge(key, number, Math::min);
            } else {
                knownTo.remove(key, number);
            }
        }
    }

    private boolean isKnownTo(String name, int number) {
        synchronized (knownTo) {
            return Integer.valueOf(number).equals(knownTo.get(Account.canonical(name)));
        }
    }

    private void noAnswer(int number, Exception failure) {
        // That a directory is away is said once, and again when it is back.
        if (!(failure instanceof DirectoryRealm.Away)) {
            LOG.warn(directories.get(number).getLabel() + " did not answer: " + failure);
        }
        LOG.debug("In full", failure);
    }
}
