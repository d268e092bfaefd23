package gitserver;

import java.security.Principal;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.apache.catalina.realm.LockOutRealm;

/**
 * A LockOutRealm that counts wrong passwords by account. A directory takes "writer", "writer " and "ｗｒｉｔｅｒ" for the
 * same user (RFC 4518: spaces at the ends, width and form of characters mean nothing), so with the name as it was typed
 * there would be no end of first attempts. Nor would there be if all attempts came at the same time, before the first of them
 * counts: of one account, a few are looked at and the others wait.
 */
public final class AccountLockRealm extends LockOutRealm {
    private static final int LONGEST = 128;
    /** Letters, digits, punctuation and symbols, with single spaces between: nothing that a directory would overlook. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S}]+( [\\p{L}\\p{N}\\p{P}\\p{S}]+)*");
    /** Logins of one account at the same time. */
    private static final int AT_ONCE = 4;

    private final Map<String, Queue> queues = new ConcurrentHashMap<>();

    /** Of one account, for as long as somebody is in it. */
    private static final class Queue {
        private final Semaphore places = new Semaphore(AT_ONCE, true);
        private int length;
    }

    @Override
    public Principal authenticate(String username, String credentials) {
        if (username == null || username.length() > LONGEST) {
            return null;
        }
        // LockOutRealm itself makes no difference between upper and lower case.
        String name = Normalizer.normalize(username, Normalizer.Form.NFKC);
        return NAME.matcher(name).matches() ? inTurn(name, credentials) : null;
    }

    private Principal inTurn(String name, String credentials) {
        String key = name.toLowerCase(Locale.ROOT);
        Queue queue = queues.compute(key, (unused, known) -> {
            Queue joined = known == null ? new Queue() : known;
            joined.length += 1;
            return joined;
        });
        try {
            queue.places.acquire();
            try {
                return super.authenticate(name, credentials);
            } finally {
                queue.places.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            queues.computeIfPresent(key, (unused, left) -> {
                left.length -= 1;
                return left.length == 0 ? null : left;
            });
        }
    }
}
