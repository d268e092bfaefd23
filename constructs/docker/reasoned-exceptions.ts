import type { Container } from '@cdktf/provider-docker/lib/container';
import type { Construct } from 'constructs';
import { isEveryAddress } from '../environment';
import { HardeningException } from '../hardening/hardening-exception';

const FIRST_UNPRIVILEGED_PORT = 1024;
const EQUAL_SHARES =
  'services of an environment have equal shares, which is what the engine gives without being told; a clone may use what is idle';

/** What every service is excepted from. */
export function exceptService(container: Container, addresses: readonly string[]): void {
  HardeningException.of(container, { check: 'CIS-5.12', reason: EQUAL_SHARES });
  HardeningException.of(container, {
    check: 'CIS-5.15',
    reason:
      'a service must come back after any number of failures, as of its host; the engine waits longer each time, up to a minute',
  });
  if (addresses.some(isEveryAddress)) {
    HardeningException.of(container, {
      check: 'CIS-5.14',
      reason: 'whoever deploys has said so: the bind address is that of every interface',
    });
  }
}

/** What a container that runs once in a deploy is excepted from. */
export function exceptRunOnce(container: Container): void {
  HardeningException.of(container, { check: 'CIS-5.12', reason: EQUAL_SHARES });
  for (const check of ['CIS-5.19', 'CIS-5.29'] as const) {
    HardeningException.of(container, {
      check,
      reason: 'runs one program of this project once in a deploy, within bounded memory, and serves nobody',
    });
  }
  HardeningException.of(container, {
    check: 'CIS-5.27',
    reason: 'runs once: the deploy waits for its end, and fails unless it succeeded',
  });
}

/** Ports below 1024 of the host, where users are told them. */
export function exceptUsersPorts(scope: Construct, ports: readonly number[]): void {
  if (!ports.some((port) => port < FIRST_UNPRIVILEGED_PORT)) return;
  HardeningException.of(scope, {
    check: 'CIS-5.8',
    reason: 'the port is that of a URL that users write; the engine opens it, and the service itself has no such right',
  });
}
