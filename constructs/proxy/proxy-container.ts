import { exceptUsersPorts } from '../docker/reasoned-exceptions';
import { ServiceContainer } from '../docker/service-container';
import type { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import type { ServiceImage } from '../docker/service-image';
import { Environment } from '../environment';
import { proxyPorts } from './listeners';
import { virtualHostFiles } from './proxy-files';
import { PROXY_TIMES } from './proxy-times';
import type { ReverseProxy } from './reverse-proxy';

/** What tells one kind of proxy from another. */
export interface ProxySoftware {
  readonly image: ServiceImage;
  /** The user of the image. */
  readonly user: number;
  /** Its own files, beside certificates; it reloads them all. */
  readonly files: readonly ServiceFile[];
  /** The signal to end after what is being transferred. */
  readonly stopSignal: string;
  /** Arguments of its entry point; a container that is given others is replaced. @default - none */
  readonly command?: readonly string[];
}

/** Path in the container of the folder that a proxy's files are in. */
export const PROXY_FILES = `/files/${ServiceFiles.CURRENT}`;
/** Name of the file that the healthcheck of every kind of proxy is in. */
export const HEALTHCHECK_FILE = 'healthcheck.curlrc';

/** Makes the files and the container of a proxy, with the proxy's construct id as its name on the network `front`. */
export function proxyContainer(proxy: ReverseProxy, software: ProxySoftware): ServiceContainer {
  const { front } = Environment.of(proxy);
  const name = proxy.node.id;
  const files = new ServiceFiles(proxy, 'files', {
    name,
    owner: software.user,
    files: [...software.files, ...virtualHostFiles(proxy.virtualHosts)],
  });
  const ports = proxyPorts(proxy.virtualHosts);
  exceptUsersPorts(proxy, ports);
  return new ServiceContainer(proxy, 'container', {
    name,
    image: software.image,
    user: software.user,
    networks: [{ network: front, alias: name, address: front.proxyAddress }],
    ports: ports.map((port) => ({ external: port, internal: port })),
    files,
    memory: proxy.load.memory,
    openFiles: proxy.load.openFiles,
    processes: proxy.load.processes,
    ...(software.command === undefined ? {} : { command: software.command }),
    healthcheck: {
      command: ['curl', '--config', `${PROXY_FILES}/${HEALTHCHECK_FILE}`],
      startPeriod: 30,
      waitTimeout: 300,
    },
    stopSignal: software.stopSignal,
    stopTimeout: PROXY_TIMES.shutdown + 10,
  });
}
