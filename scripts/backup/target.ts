import type { DataService } from './data-services';
import { declaredBaseDn } from './directories';
import type { Manifest } from './manifest';
import { declaredRepositories } from './repositories';

/** What a restore into a stack would lead to that people may not expect. */
export interface Fit {
  /** Reasons not to begin, a sentence each. */
  readonly refusals: readonly string[];
  /** What will be different, a sentence each. */
  readonly notes: readonly string[];
}

/** Compares a backup with what a stack of that name declares now. */
export function fit(manifest: Manifest, stack: string, services: readonly DataService[]): Fit {
  if (manifest.stack !== stack) {
    return {
      refusals: [`a backup of ${manifest.stack}, not of ${stack}: write npm run restore -- ${manifest.stack} FILE`],
      notes: [],
    };
  }
  const parts = [...directoryFit(manifest, services), ...repositoryFit(manifest, services)];
  return {
    refusals: parts.flatMap(({ refusal }) => refusal ?? []),
    notes: parts.flatMap(({ note }) => note ?? []),
  };
}

interface Finding {
  readonly refusal?: string;
  readonly note?: string;
}

function directoryFit({ directories, begun }: Manifest, services: readonly DataService[]): Finding[] {
  const declared = services.filter(({ kind }) => kind === 'directory');
  const findings = directories.map(({ service, baseDn }): Finding => {
    const target = declared.find(({ name }) => name === service);
    if (target === undefined) {
      return { refusal: `the stack has no directory ${service}, of which this is a backup: declare it in main.ts` };
    }
    const now = declaredBaseDn(target);
    if (now === baseDn) return {};
    return {
      refusal: `the directory ${service} is ${baseDn} in the backup and ${now} in the stack: declare that base DN in main.ts`,
    };
  });
  const added = declared.filter(({ name }) => !directories.some(({ service }) => service === name));
  return [
    ...findings,
    ...added.map(({ name }) => ({
      note: `The directory ${name} is not in the backup of ${begun}: it starts with what is declared.`,
    })),
  ];
}

function repositoryFit({ repositories }: Manifest, services: readonly DataService[]): Finding[] {
  const servers = services.filter(({ kind }) => kind === 'repositories');
  const homeless = new Set(repositories.map(({ service }) => service));
  for (const { name } of servers) homeless.delete(name);
  if (homeless.size > 0) {
    return [
      {
        refusal: `the stack has no Git server ${[...homeless].join(', ')}, of which this is a backup: declare it in main.ts`,
      },
    ];
  }
  return servers.flatMap((server) => {
    const kept = repositories.filter(({ service }) => service === server.name).map(({ path }) => path);
    const declared = declaredRepositories(server);
    const unserved = kept.filter((path) => !declared.includes(path));
    const made = declared.filter((path) => !kept.includes(path));
    return [
      ...(unserved.length === 0
        ? []
        : [{ note: `Restored, and served to nobody until main.ts declares them: ${unserved.join(', ')}.` }]),
      ...(made.length === 0 ? [] : [{ note: `Declared and not in the backup, so they are new: ${made.join(', ')}.` }]),
    ];
  });
}
