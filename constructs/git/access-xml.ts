import { attributes, type XmlElement } from './tomcat-xml';

export interface AccessXmlProps {
  /** Socket that the service answers on. */
  readonly socket: string;
  /** Name of the service whose accounts and grants it tells. */
  readonly service: string;
  /** File with the grants, as renderRepositoryList writes it. */
  readonly repositoryList: string;
}

/** Questions that are answered at the same time; SSH does not ask more (MaxStartups, and places of sessions). */
const THREADS = 50;
/** Bytes of a request's line and headers: the DN of an account, in base64 and then as a part of a URL, may be long. */
const LONGEST_REQUEST = 32768;

/**
 * The `<Service>` that tells the container of SSH whose a key is and what an account may do. It has an engine of its own,
 * so that nothing on the socket reaches the application and nothing of the application's ports reaches it.
 */
export function addAccessService(server: XmlElement, props: AccessXmlProps): void {
  const service = server.ele('Service', attributes({ name: 'access' }));
  service.ele(
    'Connector',
    attributes({
      protocol: 'HTTP/1.1',
      // After the application, whose realm it asks.
      bindOnInit: false,
      unixDomainSocketPath: props.socket,
      unixDomainSocketPathPermissions: 'rw-------',
      maxThreads: THREADS,
      minSpareThreads: 2,
      maxHttpHeaderSize: LONGEST_REQUEST,
      xpoweredBy: false,
    }),
  );
  const engine = service.ele('Engine', attributes({ name: 'access', defaultHost: 'access' }));
  engine.ele(
    'Valve',
    attributes({ className: 'gitserver.AccessValve', service: props.service, repositories: props.repositoryList }),
  );
  engine.ele('Host', attributes({ name: 'access', autoDeploy: false, deployOnStartup: false, createDirs: false }));
}
