import { ContainerSettings } from '../../../constructs/hardening/container-settings';
import { succeed } from './command';

/** What `docker inspect` says of a container, as far as checks ask. */
interface Inspected {
  readonly Name: string;
  readonly Image: string;
  readonly Config: {
    readonly Image: string;
    readonly User: string;
    readonly Env: readonly string[] | null;
    readonly Cmd: readonly string[] | null;
    readonly Entrypoint: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
  readonly HostConfig: {
    readonly Binds: readonly string[] | null;
    readonly CapAdd: readonly string[] | null;
    readonly CapDrop: readonly string[] | null;
    readonly CgroupParent: string;
    readonly CpuQuota: number;
    readonly CpuShares: number;
    readonly CpusetCpus: string;
    readonly DeviceRequests: readonly unknown[] | null;
    readonly Devices: readonly unknown[] | null;
    readonly IpcMode: string;
    readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
    readonly Memory: number;
    readonly MemorySwap: number;
    readonly NetworkMode: string;
    readonly PidMode: string;
    readonly PortBindings: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>
    > | null;
    readonly Privileged: boolean;
    readonly PublishAllPorts: boolean;
    readonly ReadonlyRootfs: boolean;
    readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
    readonly SecurityOpt: readonly string[] | null;
    readonly UTSMode: string;
    readonly Ulimits: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[] | null;
    readonly UsernsMode: string;
  };
  readonly Mounts: readonly { readonly Type: string; readonly Source: string; readonly Propagation: string }[];
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> };
}

export interface InspectedContainer {
  readonly name: string;
  /** Id of its image. */
  readonly image: string;
  readonly settings: ContainerSettings;
  /** "host" where host name and domain are the host's: no argument of the provider's says so, so no check can ask. */
  readonly utsMode: string;
}

/** Containers as they run, in the words of what they were declared in: the same checks can be asked of both. */
export async function inspectContainers(names: readonly string[]): Promise<InspectedContainer[]> {
  const all = JSON.parse(await succeed('docker', ['inspect', ...names])) as Inspected[];
  return all.map((container) => ({
    name: container.Name.replace(/^\//, ''),
    image: container.Image,
    settings: new ContainerSettings(settingsOf(container), container.Config.Image),
    utsMode: container.HostConfig.UTSMode,
  }));
}

/** Without the mode of control groups, which the engine chooses by the host's version of them. */
function settingsOf({ Config, HostConfig, Mounts, NetworkSettings }: Inspected): Record<string, unknown> {
  return {
    user: Config.User,
    env: Config.Env,
    command: Config.Cmd,
    entrypoint: Config.Entrypoint,
    labels: Object.entries(Config.Labels).map(([label, value]) => ({ label, value })),
    healthcheck: { test: Config.Healthcheck?.Test ?? [] },
    capabilities: { add: HostConfig.CapAdd ?? [], drop: HostConfig.CapDrop ?? [] },
    cgroup_parent: HostConfig.CgroupParent,
    cpu_quota: HostConfig.CpuQuota,
    cpu_shares: HostConfig.CpuShares,
    cpu_set: HostConfig.CpusetCpus,
    devices: [...(HostConfig.Devices ?? []), ...(HostConfig.DeviceRequests ?? [])],
    ipc_mode: HostConfig.IpcMode,
    log_driver: HostConfig.LogConfig.Type,
    log_opts: HostConfig.LogConfig.Config,
    memory: HostConfig.Memory,
    memory_swap: HostConfig.MemorySwap,
    mounts: Mounts.map(({ Type, Source, Propagation }) => ({
      type: Type,
      source: Source,
      ...(Propagation === '' ? {} : { bind_options: { propagation: Propagation } }),
    })),
    network_mode: HostConfig.NetworkMode,
    networks_advanced: Object.keys(NetworkSettings.Networks)
      .filter((name) => name !== 'bridge')
      .map((name) => ({ name })),
    pid_mode: HostConfig.PidMode,
    ports: Object.entries(HostConfig.PortBindings ?? {}).flatMap(([internal, bindings]) =>
      bindings.map(({ HostIp, HostPort }) => ({
        internal: Number.parseInt(internal, 10),
        external: Number(HostPort),
        ip: HostIp,
      })),
    ),
    privileged: HostConfig.Privileged,
    publish_all_ports: HostConfig.PublishAllPorts,
    read_only: HostConfig.ReadonlyRootfs,
    restart: HostConfig.RestartPolicy.Name,
    max_retry_count: HostConfig.RestartPolicy.MaximumRetryCount,
    security_opts: HostConfig.SecurityOpt,
    ulimit: (HostConfig.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard })),
    userns_mode: HostConfig.UsernsMode,
  };
}
