import { InputError } from '../errors';

/** A TCP port (RFC 6335): 1 to 65535. */
export function checkedPort(where: string, port: number): number {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new InputError(where, `port ${port}`, 'write a whole number from 1 to 65535');
  }
  return port;
}
