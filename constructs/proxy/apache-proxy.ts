import type { Construct } from 'constructs';
import type { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceImage } from '../docker/service-image';
import { apacheConf } from './apache-conf';
import { BAD_GATEWAY_FILE, badGatewayAnswer } from './apache-virtual-host';
import { HEALTHCHECK_FILE, PROXY_FILES, proxyContainer } from './proxy-container';
import { proxyHealthcheck } from './proxy-healthcheck';
import { ReverseProxy, type ReverseProxyProps } from './reverse-proxy';

/** What an Apache httpd is told; all but the image is as for nginx. */
export interface ApacheProxyProps extends ReverseProxyProps {
  /**
   * An image that holds what `images/apache` puts in: Apache httpd 2.4.60 or later of Debian, with OpenSSL 3.5 or
   * later, mod_qos, and its entry point.
   * @default - built from `images/apache`
   */
  readonly image?: ServiceImage;
}

/** The user of `images/apache`. */
const USER = 10003;

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
    const { virtualHosts, tlsPolicy, load, limits } = this;
    const conf = apacheConf({ virtualHosts, tlsPolicy, load, limits, filesRoot: PROXY_FILES });
    this.container = proxyContainer(this, {
      image: props.image ?? ServiceImage.built(this, 'image', 'apache'),
      user: USER,
      files: [
        ServiceFile.text('httpd.conf', conf, { isReloaded: true }),
        ServiceFile.text(BAD_GATEWAY_FILE, badGatewayAnswer(), { isReloaded: true }),
        ServiceFile.text(HEALTHCHECK_FILE, proxyHealthcheck(virtualHosts, 'OPTIONS *'), { isReloaded: true }),
      ],
      // SIGTERM would cut off what is being transferred.
      stopSignal: 'SIGWINCH',
      // httpd ignores changes of ServerLimit and ThreadLimit when it reloads: with others it is started anew.
      command: ['-D', `WORKERS_${load.cores}x${load.requestsPerCore}`],
    });
  }
}
