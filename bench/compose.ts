import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findOnPath, run, tryRun } from '../scripts/setup/run-command';

/** What `docker inspect` says of a container, as far as a compose file can say it, too. */
interface Inspected {
  readonly Name: string;
  readonly Config: {
    readonly Image: string;
    readonly User: string;
    readonly Env: readonly string[];
    readonly Cmd: readonly string[] | null;
    readonly Entrypoint: readonly string[] | null;
    readonly Hostname: string;
    readonly Healthcheck?: {
      readonly Test: readonly string[];
      readonly Interval: number;
      readonly StartPeriod: number;
    };
  };
  readonly HostConfig: {
    readonly Memory: number;
    readonly Tmpfs: Readonly<Record<string, string>> | null;
    readonly CapAdd: readonly string[] | null;
    readonly PortBindings: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>
    > | null;
  };
  readonly Mounts: readonly { readonly Type: string; readonly Name: string; readonly Destination: string }[];
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly Aliases: readonly string[] | null }>>;
  };
}

const PATIENCE_SECONDS = 120;

/**
 * The containers of a deployed stack as a compose file: the same images, files, health checks and limits. The files are
 * there beforehand, as they are where people write them by hand, and everything starts at the same time.
 */
export class ComposeProject {
  private constructor(
    private readonly folder: string,
    private readonly names: readonly string[],
  ) {}

  /** @param containers names of running ones; `folder` gets the compose file and their files */
  public static async of(containers: readonly string[], folder: string): Promise<ComposeProject> {
    const { stdout } = await run('docker', ['inspect', ...containers]);
    const inspected = JSON.parse(stdout) as Inspected[];
    const services: Record<string, unknown> = {};
    const networks: Record<string, unknown> = {};
    const volumes: Record<string, unknown> = {};
    for (const container of inspected) {
      const service = container.Config.Hostname;
      const files = join(folder, 'files', service);
      mkdirSync(files, { recursive: true });
      await run('docker', ['cp', `${container.Name.slice(1)}:/files/.`, files]);
      // Which docker cp does not keep of what it copies out.
      await run('chown', ['-R', container.Config.User, files]);
      services[service] = serviceOf(container, files);
      for (const name of Object.keys(container.NetworkSettings.Networks)) {
        networks[partOf(name)] = name.endsWith('directory') ? { internal: true } : {};
      }
      for (const { Type, Name, Destination } of container.Mounts) {
        if (Type === 'volume' && Destination !== '/files') volumes[partOf(Name)] = {};
      }
    }
    // Which is YAML, too.
    writeFileSync(join(folder, 'compose.yaml'), JSON.stringify({ version: '2.4', services, networks, volumes }));
    return new ComposeProject(folder, Object.keys(services));
  }

  /** Until everything is healthy. */
  public async up(): Promise<void> {
    await this.compose('up', '--detach');
    const { stdout } = await this.compose('ps', '--quiet');
    const ids = stdout.split('\n').filter((id) => id !== '');
    if (ids.length !== this.names.length) throw new Error(`${ids.length} containers of ${this.names.join(', ')}`);
    const deadline = Date.now() + PATIENCE_SECONDS * 1000;
    while (Date.now() < deadline) {
      const { stdout: states } = await run('docker', ['inspect', '--format', '{{.State.Health.Status}}', ...ids]);
      if (
        states
          .trim()
          .split('\n')
          .every((state) => state === 'healthy')
      )
        return;
      await sleep(100);
    }
    throw new Error(`not healthy within ${PATIENCE_SECONDS} s: ${this.names.join(', ')}`);
  }

  public async down(): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '60');
  }

  private async compose(...args: readonly string[]): ReturnType<typeof run> {
    const [command, first] = (await tryRun('docker', ['compose', 'version']))
      ? ['docker', ['compose']]
      : ['docker-compose', []];
    return run(command, [...first, '--project-name', 'bench-compose', '--file', 'compose.yaml', ...args], {
      cwd: this.folder,
    });
  }
}

/** Whether there is any docker compose here, of version 1 or 2. */
export async function hasCompose(): Promise<boolean> {
  return findOnPath('docker-compose').length > 0 || (await tryRun('docker', ['compose', 'version'])) !== undefined;
}

function serviceOf({ Config, HostConfig, Mounts, NetworkSettings }: Inspected, files: string): unknown {
  const { Healthcheck } = Config;
  const seconds = (nanoseconds = 0): string => `${Math.round(nanoseconds / 1e9)}s`;
  return {
    image: Config.Image,
    hostname: Config.Hostname,
    user: Config.User,
    environment: Config.Env,
    ...(Config.Entrypoint === null ? {} : { entrypoint: Config.Entrypoint }),
    ...(Config.Cmd === null ? {} : { command: Config.Cmd }),
    read_only: true,
    cap_drop: ['ALL'],
    cap_add: HostConfig.CapAdd ?? [],
    security_opt: ['no-new-privileges'],
    mem_limit: HostConfig.Memory,
    tmpfs: Object.entries(HostConfig.Tmpfs ?? {}).map(([path, options]) => `${path}:${options}`),
    ports: Object.entries(HostConfig.PortBindings ?? {}).flatMap(([port, bindings]) =>
      bindings.map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}:${port.split('/')[0] ?? ''}`),
    ),
    volumes: [
      `${files}:/files:ro`,
      ...Mounts.filter(({ Type, Destination }) => Type === 'volume' && Destination !== '/files').map(
        ({ Name, Destination }) => `${partOf(Name)}:${Destination}`,
      ),
    ],
    networks: Object.fromEntries(
      Object.entries(NetworkSettings.Networks).map(([name, { Aliases }]) => [
        partOf(name),
        { aliases: (Aliases ?? []).filter((alias) => !/^[0-9a-f]{12}$/.test(alias)) },
      ]),
    ),
    ...(Healthcheck === undefined
      ? {}
      : {
          healthcheck: {
            test: Healthcheck.Test,
            interval: seconds(Healthcheck.Interval),
            start_period: seconds(Healthcheck.StartPeriod),
          },
        }),
  };
}

/** A name without the environment's and the stack's. */
function partOf(name: string): string {
  return name.replace(/^.*https-proxy-/, '');
}
