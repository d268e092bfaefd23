import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Inspected } from '../../scripts/stack/engine-facts';

/** What the engine is made to have; `stuck` is how often its removal fails first, `endpoints` who is on a network. */
type FakeObject = Inspected & { readonly stuck?: number; readonly endpoints?: readonly string[] };

export interface FakeObjects {
  readonly container?: readonly FakeObject[];
  readonly network?: readonly FakeObject[];
  readonly volume?: readonly FakeObject[];
}

const LABEL = 'cdktf-git-topology.environment';

/** An engine that is a file, with a `docker` on PATH that works on it, and a cache of its own; for one file of tests. */
export class FakeEngine {
  private readonly folder = mkdtempSync(join(tmpdir(), 'engine-'));
  private readonly before = { ...process.env };

  public start(): void {
    process.env.PATH = `${join(__dirname, '../scripts/fake-engine')}${delimiter}${process.env.PATH ?? ''}`;
    process.env.FAKE_ENGINE = join(this.folder, 'engine.json');
    process.env.XDG_CACHE_HOME = this.folder;
    this.has({});
  }

  public stop(): void {
    process.env = this.before;
    rmSync(this.folder, { recursive: true });
  }

  /** Nothing but these. */
  public has({ container = [], network = [], volume = [] }: FakeObjects): void {
    writeFileSync(join(this.folder, 'engine.json'), JSON.stringify({ container, network, volume }));
  }

  /** Names of all that is left. */
  public get names(): string[] {
    const objects = JSON.parse(readFileSync(join(this.folder, 'engine.json'), 'utf8')) as Required<FakeObjects>;
    return Object.values(objects).flatMap((list: readonly FakeObject[]) => list.map(({ Name: name }) => name));
  }

  /** State of a container. */
  public status(name: string): string | undefined {
    const { container } = JSON.parse(readFileSync(join(this.folder, 'engine.json'), 'utf8')) as Required<FakeObjects>;
    return container.find((one) => one.Name === `/${name}`)?.State?.Status;
  }
}

export function fakeContainer(
  owner: string,
  name: string,
  ports: readonly number[] = [],
  status = 'running',
): FakeObject {
  return {
    Id: `id of ${name}`,
    Name: `/${name}`,
    Created: '2026-11-25T12:00:00Z',
    Config: { Labels: { [LABEL]: owner } },
    State: { Status: status, ExitCode: 0 },
    HostConfig: { PortBindings: { '443/tcp': ports.map((port) => ({ HostPort: String(port) })) } },
  };
}

export function fakeNetwork(owner: string, name: string, subnet: string): FakeObject {
  return { Id: `id of ${name}`, Name: name, Labels: { [LABEL]: owner }, IPAM: { Config: [{ Subnet: subnet }] } };
}
