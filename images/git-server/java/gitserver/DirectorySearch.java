package gitserver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.PartialResultException;
import javax.naming.ReferralException;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;
import javax.naming.ldap.Control;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.PagedResultsControl;
import javax.naming.ldap.PagedResultsResponseControl;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;

/**
 * How a directory is searched.
 *
 * @param timeLimit milliseconds that the server may take; 0 for no limit
 * @param pageSize entries in a page (RFC 2696); 0 for all at once
 */
record DirectorySearch(int timeLimit, int pageSize) {
    private static final Log LOG = LogFactory.getLog(DirectorySearch.class);

    /** All entries at or below the base, a JNDI composite name. */
    List<SearchResult> below(LdapContext context, String base, String filter, String... attributes) throws NamingException {
        return run(context, filter, attributes, SearchControls.SUBTREE_SCOPE,
                (search, controls) -> context.search(base, search, controls));
    }

    /** The entry of this DN if the filter fits it: one or none. */
    List<SearchResult> at(LdapContext context, javax.naming.ldap.LdapName dn, String filter, String... attributes)
            throws NamingException {
        return run(context, filter, attributes, SearchControls.OBJECT_SCOPE,
                (search, controls) -> context.search(dn, search, controls));
    }

    private List<SearchResult> run(LdapContext context, String filter, String[] attributes, int scope, Request request)
            throws NamingException {
        SearchControls controls = new SearchControls(scope, 0, timeLimit, attributes, false, false);
        List<SearchResult> found = new ArrayList<>();
        byte[] cookie = null;
        try {
            do {
                if (pageSize > 0 && scope == SearchControls.SUBTREE_SCOPE) {
                    context.setRequestControls(new Control[] {new PagedResultsControl(pageSize, cookie, Control.CRITICAL)});
                }
                NamingEnumeration<SearchResult> results = request.send(filter, controls);
                try {
                    while (results.hasMore()) {
                        found.add(results.next());
                    }
                } catch (PartialResultException | ReferralException e) {
                    // It comes after the entries, and where referrals are not followed, that is all there is: Active
                    // Directory ends each search of a whole domain with some.
                    LOG.debug("Referrals are not followed", e);
                } finally {
                    results.close();
                }
                cookie = nextPage(context.getResponseControls());
            } while (cookie != null);
        } catch (IOException e) {
            throw (NamingException) new NamingException("A page of the results cannot be asked for").initCause(e);
        } finally {
            if (pageSize > 0) {
                // Of the connection, which is used for other things afterwards.
                context.setRequestControls(null);
            }
        }
        return found;
    }

    /** Null where there is none. */
    private static byte[] nextPage(Control[] controls) {
        for (Control control : controls == null ? new Control[0] : controls) {
            if (control instanceof PagedResultsResponseControl page && page.getCookie() != null && page.getCookie().length > 0) {
                return page.getCookie();
            }
        }
        return null;
    }

    private interface Request {
        NamingEnumeration<SearchResult> send(String filter, SearchControls controls) throws NamingException;
    }
}
