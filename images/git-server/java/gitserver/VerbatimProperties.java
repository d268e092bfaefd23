package gitserver;

import org.apache.tomcat.util.IntrospectionUtils.PropertySource;

/**
 * Leaves {@code ${...}} in server.xml and web.xml as it stands. Tomcat would put system properties in its place, and a
 * DN, a filter or the name of a group may contain such text.
 */
public final class VerbatimProperties implements PropertySource {
    @Override
    public String getProperty(String key) {
        return "${" + key + "}";
    }
}
