import type { Access } from '../git/access';
import { GIT_PORT, type Connector } from '../git/connector';
import type { SshEndpoint } from '../git/ssh-endpoint';
import type { TlsPolicy } from '../tls/tls-policy';
import type { BitbucketDatabase } from './bitbucket-database';
import type { BitbucketAdministrator } from './bitbucket-setup';
import { propertyTexts, type PropertyValues } from './java-properties';

export interface BitbucketPropertiesProps {
  readonly access: Access;
  readonly ssh: SshEndpoint | undefined;
  readonly database: BitbucketDatabase | undefined;
  readonly administrator: BitbucketAdministrator;
  /** What the server calls itself. */
  readonly displayName: string;
  /** File with certificate and key, of a server that speaks TLS itself. */
  readonly keyStore: string;
  /** Where the sidecar puts temporary files, of a version that has one. */
  readonly sidecarTemporaryFolder: string | undefined;
}

/**
 * What goes into shared/bitbucket.properties and is no secret: all that follows from how the server is reached, and what the
 * first start sets up. `setup.*` does nothing later.
 * @see https://confluence.atlassian.com/bitbucketserver/configuration-properties-776640155.html
 */
export function bitbucketProperties(props: BitbucketPropertiesProps): Readonly<Record<string, string>> {
  const { access, database, administrator } = props;
  return propertyTexts({
    ...serverProperties(access),
    ...(access.connector.tlsPolicy === undefined ? {} : tlsProperties(access.connector.tlsPolicy, props.keyStore)),
    ...besideProperties(access),
    ...sshProperties(access, props.ssh),
    ...sidecarProperties(props.sidecarTemporaryFolder),
    'setup.displayName': props.displayName,
    'setup.baseUrl': access.url.base,
    'setup.sysadmin.username': administrator.username,
    'setup.sysadmin.displayName': administrator.displayName,
    'setup.sysadmin.emailAddress': administrator.emailAddress,
    'jdbc.driver': database?.driver,
    'jdbc.url': database?.url,
    'jdbc.user': database?.user,
  });
}

/** Secrets of the same file, by property: references. */
export function secretBitbucketProperties(secrets: {
  readonly licence: string;
  readonly administratorPassword: string;
  readonly keyStorePassword: string | undefined;
  readonly database: BitbucketDatabase | undefined;
}): Readonly<Record<string, string>> {
  return propertyTexts({
    'setup.license': secrets.licence,
    'setup.sysadmin.password': secrets.administratorPassword,
    'server.ssl.key-store-password': secrets.keyStorePassword,
    'server.ssl.key-password': secrets.keyStorePassword,
    'jdbc.password': secrets.database?.password,
  });
}

function serverProperties({ connector, url, directAccess }: Access): PropertyValues {
  return {
    'server.port': GIT_PORT,
    'server.context-path': url.contextPath === '' ? '/' : url.contextPath,
    'server.scheme': connector.scheme,
    'server.secure': connector.secure,
    'server.proxy-name': connector.proxyName,
    'server.proxy-port': connector.proxyPort,
    'server.redirect-port': connector.redirectPort,
    // What is not secure is redirected; with a port that answers beside the proxy, nothing may be.
    'server.require-ssl': connector.secure && directAccess?.kind !== 'open',
  };
}

function tlsProperties(policy: TlsPolicy, keyStore: string): PropertyValues {
  return {
    'server.ssl.enabled': true,
    'server.ssl.key-store': keyStore,
    'server.ssl.key-store-type': 'PKCS12',
    'server.ssl.enabled-protocols': policy.protocols.join(','),
    'server.ssl.ciphers': [...policy.cipherSuites, ...policy.ciphers.map(ianaCipher)].join(','),
  };
}

/** `ECDHE-RSA-AES128-GCM-SHA256` as IANA has it, which is what Java takes; all of the policies' ciphers are made like this one. */
function ianaCipher(cipher: string): string {
  const [, exchange = '', rest = ''] = /^(ECDHE-(?:ECDSA|RSA))-(.+)$/.exec(cipher) ?? [];
  const mode = rest.replace(/^AES(\d+)/, 'AES-$1');
  const hash = mode.endsWith('POLY1305') ? '-SHA256' : '';
  return `TLS_${exchange}_WITH_${mode}${hash}`.replaceAll('-', '_');
}

/** The connector that port 7990 of the host leads to, beside the one of the proxy. */
function besideProperties(access: Access): PropertyValues {
  const beside = access.connectors.filter((connector) => connector !== access.connector);
  return Object.assign(
    {},
    ...beside.map((connector, index) => additionalConnector(index + 1, connector)),
  ) as PropertyValues;
}

function additionalConnector(number: number, connector: Connector): PropertyValues {
  const prefix = `server.additional-connector.${number}`;
  return {
    [`${prefix}.port`]: connector.port,
    [`${prefix}.scheme`]: connector.scheme,
    [`${prefix}.secure`]: connector.secure,
    [`${prefix}.proxy-name`]: connector.proxyName,
    [`${prefix}.proxy-port`]: connector.proxyPort,
    [`${prefix}.redirect-port`]: connector.redirectPort,
  };
}

/**
 * Java unpacks native libraries into its temporary folder and runs them there, which no container here may do in /tmp. The
 * server's own is in its home already; the sidecar has no start script, and is told by its last arguments.
 * @see https://confluence.atlassian.com/bitbucketserverkb/how-to-pass-jvm-arguments-to-the-mesh-sidecar-1142425281.html
 */
function sidecarProperties(folder: string | undefined): PropertyValues {
  if (folder === undefined) return {};
  return { 'plugin.bitbucket-git.mesh.sidecar.jvm-args[0]': `-Djava.io.tmpdir=${folder}` };
}

function sshProperties({ url }: Access, ssh: SshEndpoint | undefined): PropertyValues {
  if (ssh === undefined) return {};
  return { 'plugin.ssh.port': ssh.port, 'plugin.ssh.baseurl': `ssh://${ssh.authority(url.host)}/` };
}
