import { create } from 'xmlbuilder2';
import { NOBODY } from '../ldap/group-name';
import type { LdapDirectory } from '../ldap/ldap-directory';
import { clientAddressValves, type TrustedProxies } from './client-address';
import type { Connector } from './connector';
import { addConnector } from './connector-xml';
import { compositeNameText, messageFormatText } from './jndi-text';

import { attributes, type Attributes, type XmlElement } from './tomcat-xml';

export interface ServerXmlProps {
  /** In the order that they are opened in. */
  readonly connectors: readonly Connector[];
  /** Requests that each connector works on at the same time. */
  readonly maxThreads: number;
  /** The one host name that is answered; undefined where a proxy has looked at it. */
  readonly hostName: string | undefined;
  /** Folder with the certificate of a connector that speaks TLS. */
  readonly tlsFolder: string;
  /** Seconds of Strict-Transport-Security; undefined where it is a proxy's matter, or off. */
  readonly hstsSeconds: number | undefined;
  /** "" or a path such as "/git". */
  readonly contextPath: string;
  /** Where accounts and groups are looked up, in order, and the file with the password of each one's bind DN. */
  readonly directories: readonly { readonly directory: LdapDirectory; readonly passwordFile: string }[];
  /** undefined where there is no proxy. */
  readonly trustedProxies: TrustedProxies | undefined;
  /** Folder of the web application. */
  readonly webapp: string;
}

/** The host of requests for any other name: it has no application, so that they get 404. */
const NO_HOST = 'refused.invalid';
/** Wrong passwords in a row that lock an account. */
const FAILURES = 5;
/** Seconds that an account stays locked after the last attempt. */
const LOCK_SECONDS = 300;
/** Accounts whose wrong passwords are remembered: the names of a flood of attempts must not push out the real ones soon. */
const REMEMBERED_ACCOUNTS = 20000;
/** Connections to a directory that are kept open. */
const DIRECTORY_CONNECTIONS = 8;
/** Milliseconds that clones and pushes under way may take to finish when the server stops. */
const STOP_DELAY = 45000;
/** Seconds between two looks at whether there is another certificate. */
const RELOAD_DELAY = 2;

/**
 * Tomcat's server.xml: one application behind its connectors, accounts from LDAP, no shutdown port, no deployment at run time.
 * Tomcat must be told to leave `${...}` alone (property source gitserver.VerbatimProperties), which it is in the image.
 * @see https://tomcat.apache.org/tomcat-10.1-doc/config/
 */
export function renderServerXml(props: ServerXmlProps): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const server = document.ele('Server', attributes({ port: -1, periodicEventDelay: RELOAD_DELAY }));
  server.ele('Listener', attributes({ className: 'gitserver.StopOnFailure' }));
  if (props.connectors.some(({ tlsPolicy }) => tlsPolicy !== undefined)) {
    server.ele('Listener', attributes({ className: 'gitserver.CertificateReload' }));
  }
  const service = server.ele('Service', attributes({ name: 'git' }));
  for (const connector of props.connectors) addConnector(service, { ...props, connector });
  const hostName = props.hostName ?? 'localhost';
  const defaultHost = props.hostName === undefined ? hostName : NO_HOST;
  const engine = service.ele('Engine', attributes({ name: 'git', defaultHost }));
  const lock = engine.ele(
    'Realm',
    attributes({
      className: 'gitserver.AccountLockRealm',
      failureCount: FAILURES,
      lockOutTime: LOCK_SECONDS,
      // Keeps the method, unlike 302.
      transportGuaranteeRedirectStatus: 308,
      cacheSize: REMEMBERED_ACCOUNTS,
    }),
  );
  for (const { directory, passwordFile } of props.directories) {
    lock.ele('Realm', attributes(directoryAttributes(directory, passwordFile)));
  }
  // First, so that what the others refuse is in the log.
  engine.ele('Valve', attributes(ACCESS_LOG));
  if (props.trustedProxies !== undefined) {
    for (const valve of clientAddressValves(props.trustedProxies)) engine.ele('Valve', attributes(valve));
  }
  if (props.hstsSeconds !== undefined) {
    engine.ele('Valve', attributes({ className: 'gitserver.HstsValve', maxAge: props.hstsSeconds }));
  }
  if (defaultHost !== hostName) addHost(engine, defaultHost);
  const host = addHost(engine, hostName);
  const context = host.ele('Context', attributes(contextAttributes(props)));
  context.ele(
    'Valve',
    attributes({ className: 'org.apache.catalina.authenticator.BasicAuthenticator', charset: 'UTF-8', cache: false }),
  );
  // Nothing is configured by annotations or by what jars contain; looking for it would only take time at the start.
  context.ele('JarScanner', attributes({ scanClassPath: false, scanManifest: false }));
  context
    .ele('Resources', attributes({ className: 'org.apache.catalina.webresources.StandardRoot', cachingAllowed: false }))
    .ele(
      'PostResources',
      attributes({
        className: 'org.apache.catalina.webresources.DirResourceSet',
        base: '/usr/share/cgit',
        webAppMount: '/assets',
        readOnly: true,
      }),
    );
  return `${document.end({ prettyPrint: true })}\n`;
}

function addHost(engine: XmlElement, name: string): XmlElement {
  const host = engine.ele(
    'Host',
    attributes({ name, appBase: 'webapps', autoDeploy: false, deployOnStartup: false, createDirs: false }),
  );
  host.ele(
    'Valve',
    attributes({ className: 'org.apache.catalina.valves.ErrorReportValve', showReport: false, showServerInfo: false }),
  );
  return host;
}

/** `userSearch`, `roleSearch` and `roleBase` are MessageFormat patterns; both bases are JNDI composite names. */
function directoryAttributes(directory: LdapDirectory, passwordFile: string): Attributes {
  const { schema } = directory;
  const user = messageFormatText(schema.userObjectFilter);
  const group = messageFormatText(schema.groupObjectFilter);
  const groupName = schema.groupNameAttribute;
  return {
    className: 'gitserver.DirectoryRealm',
    connectionURL: directory.url,
    connectionName: directory.username,
    passwordFile,
    connectionPoolSize: DIRECTORY_CONNECTIONS,
    connectionTimeout: directory.connectionTimeout * 1000,
    readTimeout: directory.readTimeout * 1000,
    userBase: compositeNameText(directory.userBase),
    userSearch: `(&${user}(${schema.userNameAttribute}={0}))`,
    userSubtree: true,
    roleBase: messageFormatText(compositeNameText(directory.groupBase)),
    roleName: groupName,
    roleSearch: `(&${group}(${schema.groupMembersAttribute}={0})(!(${groupName}=${NOBODY})))`,
    roleSubtree: true,
  };
}

/** One line for each request on standard output: time, client, user, request, status, bytes, milliseconds, program. */
const ACCESS_LOG: Attributes = {
  className: 'org.apache.catalina.valves.AccessLogValve',
  directory: '/dev',
  prefix: 'stdout',
  suffix: '',
  fileDateFormat: '',
  rotatable: false,
  buffered: false,
  checkExists: false,
  // The client's address as the RemoteIpValve found it; a client cannot set these attributes.
  requestAttributesEnabled: true,
  pattern: `%{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}t %a %u "%r" %s %b %{ms}T "%{User-Agent}i"`,
};

function contextAttributes(props: ServerXmlProps): Attributes {
  return {
    path: props.contextPath,
    docBase: props.webapp,
    reloadable: false,
    unloadDelay: STOP_DELAY,
    useRelativeRedirects: true,
    containerSciFilter: '.',
    clearReferencesObjectStreamClassCaches: false,
    clearReferencesRmiTargets: false,
    clearReferencesThreadLocals: false,
  };
}
