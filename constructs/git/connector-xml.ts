import { HEADER_FIELDS } from '../proxy/proxy-times';
import { CERTIFICATE_FILES } from '../tls/certificate-files';
import type { TlsPolicy } from '../tls/tls-policy';
import type { Connector } from './connector';
import { attributes, type Attributes, type XmlElement } from './tomcat-xml';

export interface ConnectorXmlProps {
  readonly connector: Connector;
  /** Requests that are worked on at the same time. */
  readonly maxThreads: number;
  /** Bytes of a request's line and header fields together. */
  readonly headerSize: number;
  /** Folder with the certificate, for a connector that speaks TLS. */
  readonly tlsFolder: string;
}

/** Milliseconds that a proxy may keep an unused connection: longer than proxies do (Apache's `ttl`), so that they close it. */
const KEEP_ALIVE = 60000;
/** Connections that are open at once, most of them without a request; more wait. Each is an open file. */
const CONNECTIONS = 8192;
/** Milliseconds to wait for a request's headers. */
const HEADER_TIMEOUT = 20000;
/** Milliseconds between two packets of a body: git may pack and think for minutes. */
const BODY_TIMEOUT = 300000;

/** The `<Connector>` of server.xml. */
export function addConnector(
  service: XmlElement,
  { connector, maxThreads, headerSize, tlsFolder }: ConnectorXmlProps,
): void {
  const { tlsPolicy } = connector;
  const element = service.ele(
    'Connector',
    attributes({
      port: connector.port,
      protocol: 'HTTP/1.1',
      // Closed until the application has started, so that nobody gets half an answer.
      bindOnInit: false,
      proxyName: connector.proxyName,
      proxyPort: connector.proxyPort,
      scheme: connector.scheme,
      secure: connector.secure,
      redirectPort: connector.redirectPort,
      SSLEnabled: tlsPolicy === undefined ? undefined : true,
      maxThreads,
      maxConnections: CONNECTIONS,
      maxHttpRequestHeaderSize: headerSize,
      maxHeaderCount: HEADER_FIELDS,
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
    }),
  );
  if (tlsPolicy === undefined) return;
  const host = element.ele('SSLHostConfig', attributes(policyAttributes(tlsPolicy)));
  host.ele(
    'Certificate',
    attributes({
      // The chain follows the certificate in the same file.
      certificateFile: `${tlsFolder}/${CERTIFICATE_FILES.chain}`,
      certificateKeyFile: `${tlsFolder}/${CERTIFICATE_FILES.key}`,
    }),
  );
}

/** @see https://tomcat.apache.org/tomcat-10.1-doc/config/http.html#SSL_Support_-_SSLHostConfig */
function policyAttributes(policy: TlsPolicy): Attributes {
  return {
    protocols: policy.protocols.join('+'),
    // Both kinds in one list here.
    ciphers: [...policy.cipherSuites, ...policy.ciphers].join(':'),
    honorCipherOrder: false,
    disableCompression: true,
    insecureRenegotiation: false,
  };
}
