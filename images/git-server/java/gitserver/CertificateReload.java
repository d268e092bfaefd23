package gitserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;
import org.apache.catalina.Server;
import org.apache.catalina.Service;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;

/**
 * Serves a renewed certificate without a restart. The files of the service are replaced as a whole by turning a link, so
 * its target tells whether there are new ones. Tomcat's TLSCertificateReloadListener looks at dates, and would not see a
 * certificate that is replaced early, or for another name.
 */
public final class CertificateReload implements LifecycleListener {
    private static final Log LOG = LogFactory.getLog(CertificateReload.class);
    private static final Path CURRENT = Path.of("/files/current");
    private Path seen;

    @Override
    public void lifecycleEvent(LifecycleEvent event) {
        if (event.getType().equals(Lifecycle.BEFORE_START_EVENT)) {
            seen = target();
        } else if (event.getType().equals(Lifecycle.PERIODIC_EVENT) && event.getSource() instanceof Server server) {
            Path now = target();
            if (now != null && !now.equals(seen)) {
                seen = now;
                reload(server);
            }
        }
    }

    private static void reload(Server server) {
        for (Service service : server.findServices()) {
            for (Connector connector : service.findConnectors()) {
                if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol && protocol.isSSLEnabled()) {
                    try {
                        protocol.reloadSslHostConfigs();
                        LOG.info("The certificate was read again");
                    } catch (RuntimeException e) {
                        LOG.error("The new certificate cannot be used; the old one still is", e);
                    }
                }
            }
        }
    }

    private static Path target() {
        try {
            return Files.readSymbolicLink(CURRENT);
        } catch (IOException e) {
            return null;
        }
    }
}
