import { create } from 'xmlbuilder2';
import type { LdapDirectory } from '../ldap/ldap-directory';
import type { Connector } from './connector';
import { compositeNameText, messageFormatText } from './jndi-text';
import { NOBODY } from './repository';

/** The parts of a Tomcat element; what is undefined is left out. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ServerXmlProps {
  readonly connector: Connector;
  /** "" or a path such as "/git". */
  readonly contextPath: string;
  /** Where accounts and groups are looked up, in order, and the file with the password of each one's bind DN. */
  readonly directories: readonly { readonly directory: LdapDirectory; readonly passwordFile: string }[];
  /** Address of the one reverse proxy whose word about its clients counts; undefined where there is no proxy. */
  readonly proxyAddress: string | undefined;
  /** Folder of the web application. */
  readonly webapp: string;
}

/** Wrong passwords in a row that lock an account. */
const FAILURES = 5;
/** Seconds that an account stays locked after the last attempt. */
const LOCK_SECONDS = 300;
/** Accounts whose wrong passwords are remembered: the names of a flood of attempts must not push out the real ones soon. */
const REMEMBERED_ACCOUNTS = 20000;
/** Connections to a directory that are kept open. */
const DIRECTORY_CONNECTIONS = 8;
/** Milliseconds that a proxy may keep an unused connection: longer than proxies do (Apache's `ttl`), so that they close it. */
const KEEP_ALIVE = 60000;
/** Milliseconds to wait for a request's headers. */
const HEADER_TIMEOUT = 20000;
/** Milliseconds between two packets of a body: git may pack and think for minutes. */
const BODY_TIMEOUT = 300000;
/** Milliseconds that clones and pushes under way may take to finish when the server stops. */
const STOP_DELAY = 45000;

/**
 * Tomcat's server.xml: one connector, one application, accounts from LDAP, no shutdown port, no deployment at run time.
 * Tomcat must be told to leave `${...}` alone (property source gitserver.VerbatimProperties), which it is in the image.
 * @see https://tomcat.apache.org/tomcat-10.1-doc/config/
 */
export function renderServerXml(props: ServerXmlProps): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const server = document.ele('Server', attributes({ port: -1 }));
  server.ele('Listener', attributes({ className: 'gitserver.StopOnFailure' }));
  const service = server.ele('Service', attributes({ name: 'git' }));
  service.ele('Connector', attributes(connectorAttributes(props.connector)));
  const engine = service.ele('Engine', attributes({ name: 'git', defaultHost: 'localhost' }));
  const lock = engine.ele(
    'Realm',
    attributes({
      className: 'gitserver.AccountLockRealm',
      failureCount: FAILURES,
      lockOutTime: LOCK_SECONDS,
      cacheSize: REMEMBERED_ACCOUNTS,
    }),
  );
  for (const { directory, passwordFile } of props.directories) {
    lock.ele('Realm', attributes(directoryAttributes(directory, passwordFile)));
  }
  if (props.proxyAddress !== undefined) engine.ele('Valve', attributes(proxyAttributes(props.proxyAddress)));
  engine.ele('Valve', attributes(ACCESS_LOG));
  const host = engine.ele(
    'Host',
    attributes({ name: 'localhost', appBase: 'webapps', autoDeploy: false, deployOnStartup: false, createDirs: false }),
  );
  host.ele(
    'Valve',
    attributes({ className: 'org.apache.catalina.valves.ErrorReportValve', showReport: false, showServerInfo: false }),
  );
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

function connectorAttributes(connector: Connector): Attributes {
  return {
    port: connector.port,
    protocol: 'HTTP/1.1',
    // Closed until the application has started, so that nobody gets half an answer.
    bindOnInit: false,
    proxyName: connector.proxyName,
    proxyPort: connector.proxyPort,
    scheme: connector.scheme,
    secure: connector.secure,
    redirectPort: connector.redirectPort,
    connectionTimeout: HEADER_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE,
    maxKeepAliveRequests: -1,
    disableUploadTimeout: false,
    connectionUploadTimeout: BODY_TIMEOUT,
    // Of a refused upload, bytes that are read before the connection is closed: git asks before it sends more.
    maxSwallowSize: 2097152,
    allowTrace: false,
    encodedSolidusHandling: 'reject',
    xpoweredBy: false,
  };
}

/** `userSearch`, `roleSearch` and `roleBase` are MessageFormat patterns; both bases are JNDI composite names. */
function directoryAttributes(directory: LdapDirectory, passwordFile: string): Attributes {
  const user = messageFormatText(directory.userObjectFilter);
  const group = messageFormatText(directory.groupObjectFilter);
  const groupName = directory.groupNameAttribute;
  return {
    className: 'gitserver.DirectoryRealm',
    connectionURL: directory.url,
    connectionName: directory.username,
    passwordFile,
    connectionPoolSize: DIRECTORY_CONNECTIONS,
    connectionTimeout: directory.connectionTimeout * 1000,
    readTimeout: directory.readTimeout * 1000,
    userBase: compositeNameText(directory.userBase),
    userSearch: `(&${user}(${directory.userNameAttribute}={0}))`,
    userSubtree: true,
    roleBase: messageFormatText(compositeNameText(directory.groupBase)),
    roleName: groupName,
    roleSearch: `(&${group}(${directory.groupMembersAttribute}={0})(!(${groupName}=${NOBODY})))`,
    roleSubtree: true,
  };
}

/**
 * The client's address from the proxy's word, and nothing else: scheme, name and port are the connector's, so the header
 * for the scheme, which the valve would read by default, is switched off.
 */
function proxyAttributes(address: string): Attributes {
  return {
    className: 'org.apache.catalina.valves.RemoteIpValve',
    internalProxies: address.replaceAll('.', '\\.'),
    remoteIpHeader: 'X-Forwarded-For',
    protocolHeader: '',
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

function attributes(values: Attributes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
