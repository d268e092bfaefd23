import { create } from 'xmlbuilder2';
import { ACCESS_LOG } from './access-log';
import { addAccessService } from './access-xml';
import { clientAddressValves, type TrustedProxies } from './client-address';
import type { Connector } from './connector';
import { addConnector } from './connector-xml';
import { addRealm, type RealmXmlProps } from './realm-xml';
import { attributes, type Attributes, type XmlElement } from './tomcat-xml';

export interface ServerXmlProps extends RealmXmlProps {
  /** In the order that they are opened in. */
  readonly connectors: readonly Connector[];
  /** Requests that each connector works on at the same time. */
  readonly maxThreads: number;
  /** Bytes of a request's line and header fields together. */
  readonly headerSize: number;
  /** Requests of one client address at once; undefined where it is a proxy's matter. */
  readonly perAddress: number | undefined;
  /** The one host name that is answered; undefined where a proxy has looked at it. */
  readonly hostName: string | undefined;
  /** Folder with the certificate of a connector that speaks TLS. */
  readonly tlsFolder: string;
  /** Seconds of Strict-Transport-Security; undefined where it is a proxy's matter, or off. */
  readonly hstsSeconds: number | undefined;
  /** "" or a path such as "/git". */
  readonly contextPath: string;
  /** undefined where there is no proxy. */
  readonly trustedProxies: TrustedProxies | undefined;
  /** Folder of the web application. */
  readonly webapp: string;
  /** Socket on which accounts and grants are told to the container of SSH. */
  readonly accessSocket: string;
  /** File with the grants of the repositories. */
  readonly repositoryList: string;
}

/** The host of requests for any other name: it has no application, so that they get 404. */
const NO_HOST = 'refused.invalid';
/** Name of the service and the engine of the application. */
const SERVICE = 'git';
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
  const service = server.ele('Service', attributes({ name: SERVICE }));
  for (const connector of props.connectors) addConnector(service, { ...props, connector });
  const hostName = props.hostName ?? 'localhost';
  const defaultHost = props.hostName === undefined ? hostName : NO_HOST;
  const engine = service.ele('Engine', attributes({ name: SERVICE, defaultHost }));
  addRealm(engine, props);
  // First, so that what the others refuse is in the log.
  engine.ele('Valve', attributes(ACCESS_LOG));
  if (props.trustedProxies !== undefined) {
    for (const valve of clientAddressValves(props.trustedProxies)) engine.ele('Valve', attributes(valve));
  }
  if (props.perAddress !== undefined) {
    engine.ele('Valve', attributes({ className: 'gitserver.AddressLimitValve', limit: props.perAddress }));
  }
  if (props.hstsSeconds !== undefined) {
    engine.ele('Valve', attributes({ className: 'gitserver.HstsValve', maxAge: props.hstsSeconds }));
  }
  if (defaultHost !== hostName) addHost(engine, defaultHost);
  const host = addHost(engine, hostName);
  const context = host.ele('Context', attributes(contextAttributes(props)));
  context.ele('Valve', attributes({ className: 'gitserver.DirectoryAuthenticator', charset: 'UTF-8', cache: false }));
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
  addAccessService(server, { socket: props.accessSocket, service: SERVICE, repositoryList: props.repositoryList });
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
