package gitserver;

import java.security.Principal;
import java.text.Normalizer;
import java.util.regex.Pattern;
import org.apache.catalina.realm.LockOutRealm;

/**
 * A LockOutRealm that counts wrong passwords by account. A directory takes "writer", "writer " and "ｗｒｉｔｅｒ" for the
 * same user (RFC 4518: spaces at the ends, width and form of characters mean nothing), so with the name as it was typed
 * there would be no end of first attempts.
 */
public final class AccountLockRealm extends LockOutRealm {
    private static final int LONGEST = 128;
    /** Letters, digits, punctuation and symbols, with single spaces between: nothing that a directory would overlook. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S}]+( [\\p{L}\\p{N}\\p{P}\\p{S}]+)*");

    @Override
    public Principal authenticate(String username, String credentials) {
        if (username == null || username.length() > LONGEST) {
            return null;
        }
        // LockOutRealm itself makes no difference between upper and lower case.
        String name = Normalizer.normalize(username, Normalizer.Form.NFKC);
        return NAME.matcher(name).matches() ? super.authenticate(name, credentials) : null;
    }
}
