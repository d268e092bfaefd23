import { isIPv4 } from 'node:net';
import { InputError, quoted } from '../errors';
import { checkedPort } from './port';
import { checkedHost } from './public-url';

/** Scheme, host and port of a backend as the proxy reaches it: it ends up in the proxy's configuration as it is. */
export interface BackendOrigin {
  /** Whether the proxy speaks TLS to it. */
  readonly scheme: 'http' | 'https';
  /** Host name or IPv4 address, in lower case. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** Reads `http://git:7990`. */
export function backendOrigin(where: string, text: string): BackendOrigin {
  const [, scheme = '', host = '', port = ''] = /^(https?):\/\/(\[[^\]]*\]|[^:/[\]]*):(\d{1,5})$/.exec(text) ?? [];
  if (host.startsWith('[')) {
    throw new InputError(
      where,
      `the backend ${quoted(text)}`,
      "write its host name or IPv4 address: the proxy's network has IPv4 only",
    );
  }
  if (host === '' || scheme === '') {
    throw new InputError(
      where,
      `the backend ${quoted(text)}`,
      'write scheme, host and port alone, such as "http://git:7990"',
    );
  }
  return {
    scheme: scheme === 'https' ? 'https' : 'http',
    host: isIPv4(host) ? host : checkedHost(where, host),
    port: checkedPort(where, Number(port)),
  };
}
