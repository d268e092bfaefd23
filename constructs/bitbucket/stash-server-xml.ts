import { create } from 'xmlbuilder2';
import type { Connector } from '../git/connector';
import { attributes, type XmlElement } from '../git/tomcat-xml';

export interface StashServerXmlProps {
  /** The one of the base URL first. */
  readonly connectors: readonly Connector[];
  /** "" or a path such as "/stash". */
  readonly contextPath: string;
}

/** Where Tomcat sends what must be confidential, in the file that comes with Stash. */
const DEFAULT_REDIRECT_PORT = 8443;
const COMPRESSED = [
  ...['text/html', 'text/xml', 'text/plain', 'text/css'],
  ...['application/json', 'application/javascript', 'application/x-javascript'],
];

/**
 * server.xml of Stash and of Bitbucket Server before 5.0, which have Tomcat 7 or 8.
 * @see https://confluence.atlassian.com/bitbucketserver/securing-bitbucket-server-with-apache-using-ssl-776640082.html
 */
export function renderStashServerXml({ connectors, contextPath }: StashServerXmlProps): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const server = document.ele('Server', attributes({ port: -1 }));
  const service = server.ele('Service', attributes({ name: 'Catalina' }));
  for (const connector of connectors) addConnector(service, connector);
  const engine = service.ele('Engine', attributes({ name: 'Catalina', defaultHost: 'localhost' }));
  const host = engine.ele(
    'Host',
    attributes({ name: 'localhost', appBase: 'webapps', unpackWARs: true, autoDeploy: false }),
  );
  const context = host.ele(
    'Context',
    attributes({
      path: contextPath,
      docBase: '${catalina.home}/atlassian-stash',
      reloadable: false,
      useHttpOnly: true,
    }),
  );
  // Sessions are not kept over a restart.
  context.ele('Manager', attributes({ pathname: '' }));
  return `${document.end({ prettyPrint: true })}\n`;
}

function addConnector(service: XmlElement, connector: Connector): void {
  service.ele(
    'Connector',
    attributes({
      port: connector.port,
      protocol: 'HTTP/1.1',
      connectionTimeout: 20000,
      useBodyEncodingForURI: true,
      redirectPort: connector.redirectPort ?? DEFAULT_REDIRECT_PORT,
      compression: 'on',
      compressableMimeType: COMPRESSED.join(','),
      secure: connector.secure,
      scheme: connector.scheme,
      proxyName: connector.proxyName,
      proxyPort: connector.proxyPort,
    }),
  );
}
