import type { Construct } from 'constructs';
import type { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceImage } from '../docker/service-image';
import { backendList } from './nginx-backends';
import { nginxConf } from './nginx-conf';
import { HEALTHCHECK_FILE, PROXY_FILES, proxyContainer } from './proxy-container';
import { proxyHealthcheck } from './proxy-healthcheck';
import { ReverseProxy, type ReverseProxyProps } from './reverse-proxy';

/** What an nginx is told; all but the image is as for Apache. */
export interface NginxProxyProps extends ReverseProxyProps {
  /**
   * An image that holds what `images/nginx` puts in: nginx 1.26 or later, with OpenSSL 3.5 or later, and its entry
   * point.
   * @default - built from `images/nginx`
   */
  readonly image?: ServiceImage;
}

/** The user of `images/nginx`. */
const USER = 10004;

/**
 * nginx as the reverse proxy of an environment, with the same properties and promises as ApacheProxy: one can take the
 * place of the other.
 * @see https://nginx.org/en/docs/http/ngx_http_proxy_module.html
 */
export class NginxProxy extends ReverseProxy {
  /** The proxy's container. */
  public readonly container: ServiceContainer;

  /** @param id also the proxy's name on the network `front`, and part of its container's name */
  public constructor(scope: Construct, id: string, props: NginxProxyProps) {
    super(scope, id, props);
    const { virtualHosts, tlsPolicy, load, limits } = this;
    const conf = nginxConf({ virtualHosts, tlsPolicy, load, limits, filesRoot: PROXY_FILES });
    this.container = proxyContainer(this, {
      image: props.image ?? ServiceImage.built(this, 'image', 'nginx'),
      user: USER,
      files: [
        ServiceFile.text('nginx.conf', conf, { isReloaded: true }),
        ServiceFile.text('backends', backendList(virtualHosts), { isReloaded: true }),
        ServiceFile.text(HEALTHCHECK_FILE, proxyHealthcheck(virtualHosts, 'GET'), { isReloaded: true }),
      ],
      stopSignal: 'SIGQUIT',
    });
  }
}
