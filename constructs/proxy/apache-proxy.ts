import type { Construct } from 'constructs';
import { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import { ServiceImage } from '../docker/service-image';
import { Environment } from '../environment';
import { InputError } from '../errors';
import { certificateFiles } from '../tls/certificate-files';
import { apacheConf, GRACEFUL_SHUTDOWN_TIMEOUT, proxyPorts } from './apache-conf';
import { proxyHealthcheck } from './proxy-healthcheck';
import { ReverseProxy, type ReverseProxyProps } from './reverse-proxy';
import { tlsFolder } from './virtual-host';

export interface ApacheProxyProps extends ReverseProxyProps {
  /** MiB that the proxy may use, 64 or more. @default 256 */
  readonly memory?: number;
  /**
   * An image that holds what `images/apache` puts in: Apache httpd 2.4.60 or later of Debian, with OpenSSL 3.5 or
   * later, and its entry point.
   * @default - built from `images/apache`
   */
  readonly image?: ServiceImage;
}

/** The user of `images/apache`. */
const USER = 10003;
const FILES_ROOT = `/files/${ServiceFiles.CURRENT}`;

/**
 * Apache httpd as the reverse proxy of an environment: TLS, virtual hosts, and nothing that they do not need. New
 * certificates and changed virtual hosts are reloaded, without a connection being dropped.
 * @see https://httpd.apache.org/docs/2.4/howto/reverse_proxy.html
 */
export class ApacheProxy extends ReverseProxy {
  /** The proxy's container. */
  public readonly container: ServiceContainer;

  /** @param id also the proxy's name on the network `front`, and part of its container's name */
  public constructor(scope: Construct, id: string, props: ApacheProxyProps) {
    super(scope, id, props);
    const { front } = Environment.of(this);
    const memory = props.memory ?? 256;
    if (!Number.isInteger(memory) || memory < 64) {
      throw new InputError(this.node.path, `${memory} MiB of memory`, 'write a whole number of MiB from 64');
    }
    const files = new ServiceFiles(this, 'files', {
      name: id,
      owner: USER,
      files: [
        ServiceFile.text(
          'httpd.conf',
          apacheConf({ virtualHosts: this.virtualHosts, tlsPolicy: this.tlsPolicy, filesRoot: FILES_ROOT }),
          { isReloaded: true },
        ),
        ServiceFile.text('healthcheck.curlrc', proxyHealthcheck(this.virtualHosts), { isReloaded: true }),
        ...this.virtualHosts.flatMap((host) =>
          host.tls === undefined ? [] : certificateFiles(tlsFolder(host), host.tls.certificate),
        ),
      ],
    });
    this.container = new ServiceContainer(this, 'container', {
      name: id,
      image: props.image ?? ServiceImage.built(this, 'image', 'apache'),
      user: USER,
      networks: [{ network: front, alias: id, address: front.subnet.proxyAddress }],
      ports: proxyPorts(this.virtualHosts).map((port) => ({ external: port, internal: port })),
      files,
      memory,
      healthcheck: {
        command: ['curl', '--config', `${FILES_ROOT}/healthcheck.curlrc`],
        startPeriod: 30,
        waitTimeout: 300,
      },
      // To end what is being transferred; SIGTERM would cut it off.
      stopSignal: 'SIGWINCH',
      stopTimeout: GRACEFUL_SHUTDOWN_TIMEOUT + 10,
    });
  }
}
