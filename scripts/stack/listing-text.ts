import type { ListedStack } from './listing';
import { textTable } from './text-table';

const HEAD = ['ENVIRONMENT', 'STACK', 'STATE', 'SINCE', 'BASE URL', 'EXPIRES', 'FROM'];
const MINUTE = 60_000;

/** For people. @param checkout the one that this is run in */
export function listingText(stacks: readonly ListedStack[], checkout: string, now: Date): string {
  if (stacks.length === 0) return 'Nothing of this project is on the engine.\n';
  return textTable(
    HEAD,
    stacks.map((stack) => [
      stack.environment === '' ? '(no name)' : stack.environment,
      stack.stack ?? '-',
      stack.state,
      stack.since === undefined ? '-' : `${stack.since.toISOString().slice(0, 16).replace('T', ' ')}Z`,
      stack.baseUrl ?? (stack.ports.length === 0 ? '-' : `port ${stack.ports.join(', ')}`),
      expiryText(stack.expires, now),
      stack.checkout === checkout ? 'here' : (stack.checkout ?? 'elsewhere'),
    ]),
  );
}

/** For programs: times as ISO 8601, null for what is not known. */
export function listingJson(stacks: readonly ListedStack[], checkout: string, now: Date): string {
  const rows = stacks.map(({ environment, stack, state, since, baseUrl, ports, expires, checkout: from }) => ({
    environment,
    stack: stack ?? null,
    state,
    since: since?.toISOString() ?? null,
    base_url: baseUrl ?? null,
    ports,
    expires: expires?.toISOString() ?? null,
    expired: expires !== undefined && expires <= now,
    from: from === checkout ? 'here' : 'elsewhere',
    checkout: from ?? null,
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}

function expiryText(expires: Date | undefined, now: Date): string {
  if (expires === undefined) return 'never';
  const milliseconds = expires.getTime() - now.getTime();
  return milliseconds > 0 ? `in ${duration(milliseconds)}` : `${duration(-milliseconds)} ago`;
}

/** The two largest units: `3d 4h`, `2h 5m`, `12m`. */
export function duration(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / MINUTE);
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'm'],
  ] as const;
  const first = parts.findIndex(([number]) => number > 0);
  const shown = parts.slice(first, first + 2).filter(([number]) => number > 0);
  return first < 0 ? '0m' : shown.map(([number, unit]) => `${number}${unit}`).join(' ');
}
