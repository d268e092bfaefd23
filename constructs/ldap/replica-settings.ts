import { createHash } from 'node:crypto';
import type { Dn } from './dn';
import type { LdapDirectory } from './ldap-directory';
import type { ReplicaContent } from './replica-content';

/** When and how a replica is brought up to date. */
export interface ReplicaSchedule {
  readonly mode: 'refreshOnly' | 'refreshAndPersist';
  /** Seconds between two synchronisations. */
  readonly interval: number;
  /** Seconds to wait after each failure in a row; the last one for all that follow. */
  readonly retryIntervals: readonly number[];
  /** Percent of the copy's entries that the source must still show. */
  readonly leastPercent: number;
}

/** What images/openldap/replica-lib reads: assignments of the shell. */
export function replicaSettingsText(
  content: ReplicaContent,
  source: LdapDirectory,
  { mode, interval, retryIntervals, leastPercent }: ReplicaSchedule,
): string {
  const { connectionTimeout, readTimeout, searchTimeout } = source;
  const times = [connectionTimeout, readTimeout, searchTimeout];
  const values: Readonly<Record<string, string | number>> = {
    source_url: source.url,
    start_tls: source.secure === 'startTls' ? '-ZZ' : '',
    bind_dn: source.username,
    suffix: content.suffix.toString(),
    contexts: upwards(content.suffix).join('\n'),
    base: content.base.toString(),
    filter: content.filter,
    mode,
    interval,
    retries: retryIntervals.join(' '),
    least_percent: leastPercent,
    connection_timeout: connectionTimeout,
    read_timeout: readTimeout,
    search_timeout: searchTimeout,
    // Of a whole look at the source; without one of the limits there is none.
    patience: times.includes(0) ? 0 : times.reduce((sum, time) => sum + time, 0),
    shape: shapeOf(content, source),
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${shellWord(String(value))}`);
  return `${lines.join('\n')}\n`;
}

/** Another one for each content: entries that are there already do not get attributes that are copied from now on. */
function shapeOf(content: ReplicaContent, source: LdapDirectory): string {
  const { suffix, base, filter, attributes, memberOf, integrityOf, indexed } = content;
  const shape = [
    source.url,
    suffix.key,
    base.key,
    filter,
    [...attributes].sort(),
    memberOf,
    integrityOf,
    [...indexed].sort(),
  ];
  return createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 16);
}

/** A DN and those above it: one of them is the root of the source's database, which has contextCSN. */
function upwards(dn: Dn): readonly string[] {
  return [dn.toString(), ...(dn.parent === undefined ? [] : upwards(dn.parent))];
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
