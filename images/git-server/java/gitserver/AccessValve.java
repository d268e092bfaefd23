package gitserver;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Set;
import javax.naming.NamingException;
import org.apache.catalina.Engine;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;

/**
 * Tells the container of SSH what the realm of the Git server knows, so that there is one place that decides. It answers
 * everything that comes to its own service, whose connector is a socket in a folder of the two, and lets nothing through:
 *
 * <pre>
 * /key?type=TYPE&amp;key=BASE64                          account NUMBER DN NAME | none | several | locked | silent
 * /access?directory=NUMBER&amp;dn=DN&amp;access=read|write&amp;repository=PATH   granted | refused | silent
 * /licensed                                          count NUMBER | silent
 * </pre>
 *
 * DN and NAME are in base64, so that no shell reads what an entry holds.
 */
public final class AccessValve extends ValveBase {
    private static final Log LOG = LogFactory.getLog(AccessValve.class);
    private static final String NO_ANSWER = "silent";

    private String service;
    private Path repositoryList;
    private DirectoriesRealm directories;
    private Repositories repositories;

    public AccessValve() {
        super(true);
    }

    /** Name of the service whose realm it asks. */
    public void setService(String name) {
        service = name;
    }

    /** File with the declared repositories and their grants. */
    public void setRepositories(String path) {
        repositoryList = Path.of(path);
    }

    @Override
    protected void startInternal() throws LifecycleException {
        try {
            repositories = Repositories.read(repositoryList);
        } catch (IOException e) {
            throw new LifecycleException("The list of repositories cannot be read", e);
        }
        Engine engine = ((Engine) getContainer()).getService().getServer().findService(service).getContainer();
        directories = DirectoriesRealm.within(engine.getRealm());
        super.startInternal();
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String answer = switch (request.getDecodedRequestURI()) {
            case "/key" -> ownerOf(request.getParameter("type"), request.getParameter("key"));
            case "/access" -> accessOf(request);
            case "/licensed" -> countLicensed();
            default -> null;
        };
        if (answer == null) {
            response.setStatus(Response.SC_NOT_FOUND);
        } else {
            response.setContentType("text/plain");
            response.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private String ownerOf(String type, String key) {
        if (type == null || key == null) {
            return null;
        }
        DirectoriesRealm.Owner owner = directories.ownerOf(type, key);
        return switch (owner.answer()) {
            case YES -> "account %d %s %s".formatted(owner.directory() + 1, base64(owner.account().dn()), base64(owner.account().name()));
            case SEVERAL -> "several";
            case LOCKED -> "locked";
            case NONE -> NO_ANSWER;
            case NO -> "none";
        };
    }

    private String accessOf(Request request) {
        String number = request.getParameter("directory");
        String dn = request.getParameter("dn");
        String path = request.getParameter("repository");
        String access = request.getParameter("access");
        if (number == null || dn == null || path == null || access == null) {
            return null;
        }
        Repositories.Grants grants = repositories.find(path);
        if (grants == null) {
            return "refused";
        }
        Set<String> groups = directories.rightsOf(Integer.parseInt(number) - 1,
                new String(Base64.getDecoder().decode(dn), StandardCharsets.UTF_8));
        if (groups == null) {
            return NO_ANSWER;
        }
        boolean isGranted = switch (access) {
            case "read" -> grants.allowsReading(groups::contains);
            case "write" -> grants.allowsWriting(groups::contains);
            default -> false;
        };
        return isGranted ? "granted" : "refused";
    }

    private String countLicensed() {
        try {
            return "count " + directories.countLicensed();
        } catch (NamingException e) {
            LOG.warn("The accounts cannot be counted: " + e.getMessage());
            return NO_ANSWER;
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
