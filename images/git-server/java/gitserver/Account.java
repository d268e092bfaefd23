package gitserver;

import java.text.Normalizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.Attributes;

/**
 * An account as the entry of a directory has it.
 *
 * @param dn as the directory wrote it
 * @param name first value of the attribute for user names, as the entry has it, however it was typed
 */
record Account(String dn, String name, Attributes attributes) {
    /** What tells whether an account may be used; servers that do not know an attribute overlook it. */
    static final List<String> STATUS = List.of("userAccountControl", "msDS-User-Account-Control-Computed", "accountExpires",
            "pwdAccountLockedTime", "nsAccountLock", "ds-pwp-account-disabled", "loginDisabled");
    /** [MS-ADTS] 2.2.16. */
    private static final int ACCOUNT_DISABLE = 0x2;
    private static final int LOCKOUT = 0x10;
    /** Between 1601, when Windows' time begins, and 1970. */
    private static final long SECONDS_FROM_1601 = 11_644_473_600L;
    private static final long TICKS_A_SECOND = 10_000_000L;

    /** Names that LDAP takes for the same are the same here (RFC 4518), upper and lower case included. */
    static String canonical(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).strip().replaceAll(" {2,}", " ").toLowerCase(Locale.ROOT);
    }

    /** All values of an attribute, as text. */
    List<String> values(String attribute) throws NamingException {
        Attribute found = attributes.get(attribute);
        List<String> values = new ArrayList<>();
        if (found != null) {
            NamingEnumeration<?> all = found.getAll();
            while (all.hasMore()) {
                values.add(text(all.next()));
            }
        }
        return values;
    }

    /** Null where there is none. */
    String value(String attribute) throws NamingException {
        List<String> values = values(attribute);
        return values.isEmpty() ? null : values.get(0);
    }

    static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, java.nio.charset.StandardCharsets.UTF_8) : String.valueOf(value);
    }

    /**
     * Whether an administrator has switched it off, in the words of Active Directory, 389 Directory Server and Sun DSEE,
     * OpenDS, and eDirectory, or it has expired in those of Active Directory.
     */
    boolean isDisabled() throws NamingException {
        return (number("userAccountControl") & ACCOUNT_DISABLE) != 0 || isTrue("nsAccountLock")
                || isTrue("ds-pwp-account-disabled") || isTrue("loginDisabled") || isExpired();
    }

    /**
     * Whether the server has locked it after wrong passwords, or for an administrator. OpenLDAP's and ApacheDS' attribute
     * stays after the time of the lock is over, until a login with the password takes it away: how long it is for, the
     * policy knows and the entry does not.
     */
    boolean isLocked() throws NamingException {
        return (number("msDS-User-Account-Control-Computed") & LOCKOUT) != 0 || value("pwdAccountLockedTime") != null;
    }

    /** By Active Directory's accountExpires: ticks of 100 ns since 1601; 0 and the largest number mean never. */
    boolean isExpired() throws NamingException {
        long ticks = number("accountExpires");
        return ticks != 0 && ticks != Long.MAX_VALUE
                && Instant.ofEpochSecond(ticks / TICKS_A_SECOND - SECONDS_FROM_1601).isBefore(Instant.now());
    }

    private boolean isTrue(String attribute) throws NamingException {
        return "true".equalsIgnoreCase(value(attribute));
    }

    private long number(String attribute) throws NamingException {
        String value = value(attribute);
        try {
            return value == null ? 0 : Long.parseLong(value);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
