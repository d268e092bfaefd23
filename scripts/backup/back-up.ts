import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';
import { run } from '../setup/run-command';
import type { Step } from '../setup/steps';
import type { Deployment } from '../stack/deployment';
import type { SynthesisedStack } from '../stack/synth';
import type { ArchiveWriter } from './archive-writer';
import { dataServices, unknownData, type DataService } from './data-services';
import { backUpDirectory } from './directories';
import { FORMAT, FORMAT_VERSION, SECRETS, type DirectoryEntry, type Manifest, type RepositoryEntry } from './manifest';
import { backUpRepositories } from './repositories';
import { resourceCount, secretState } from './secrets';
import { megabytes } from './sizes';

/** What a stack has that is in no archive, whichever stack it is. */
const NEVER_KEPT = [
  'Logs of containers, reflogs, and objects of Git that no ref leads to are not in the backup.',
  'Values of Terraform variables, and certificates from files, come from where they are kept.',
];

/** The steps of a backup, and what it holds once they have run. */
export class BackUp {
  public manifest: Manifest | undefined;
  /** Bytes of the archive. */
  public size = 0;
  private readonly begun = new Date().toISOString();
  private readonly services: readonly DataService[];
  private readonly directories: DirectoryEntry[] = [];
  private readonly repositories: RepositoryEntry[] = [];

  public constructor(
    private readonly deployment: Deployment,
    private readonly stack: SynthesisedStack,
    private readonly archive: ArchiveWriter,
  ) {
    this.services = dataServices(stack);
  }

  public get steps(): Step[] {
    return [this.keysAndPasswords(), ...this.directorySteps(), ...this.repositorySteps(), this.end()];
  }

  private keysAndPasswords(): Step {
    return {
      title: 'Keys, certificates and passwords',
      run: async () => {
        const state = secretState(await this.deployment.terraform(this.stack).pullState());
        await this.archive.addText(SECRETS, state);
        return `Keys, certificates and passwords: ${resourceCount(state)}`;
      },
    };
  }

  private directorySteps(): Step[] {
    return this.ofKind('directory').map((directory) => ({
      title: `Directory ${directory.name}`,
      run: async ({ progress }) => {
        await runningImage(directory, this.stack.name);
        const entry = await backUpDirectory(directory, this.archive, progress);
        this.directories.push(entry);
        return `Directory ${directory.name}: ${entry.entries} entries of ${entry.baseDn}`;
      },
    }));
  }

  private repositorySteps(): Step[] {
    return this.ofKind('repositories').map((server) => ({
      title: `Repositories of ${server.name}`,
      run: async ({ progress }) => {
        const image = await runningImage(server, this.stack.name);
        const first = this.repositories.length + 1;
        const entries = await backUpRepositories(server, image, this.archive, first, progress);
        this.repositories.push(...entries);
        const refs = entries.reduce((sum, entry) => sum + entry.refs, 0);
        return `Repositories of ${server.name}: ${entries.length}, with ${refs} refs`;
      },
    }));
  }

  private end(): Step {
    return {
      title: 'Manifest',
      run: async () => {
        const { base_url: baseUrl } = await this.deployment.outputs(this.stack);
        this.manifest = {
          format: FORMAT,
          formatVersion: FORMAT_VERSION,
          projectVersion: projectVersion(),
          stack: this.stack.name,
          environment: this.deployment.environment,
          baseUrl,
          begun: this.begun,
          repositories: this.repositories,
          directories: this.directories,
          leftOut: [
            ...this.ofKind('replica').map(
              ({ name }) => `The replica ${name} is a copy, and is made again from its source.`,
            ),
            ...NEVER_KEPT,
          ],
          parts: this.archive.parts,
        };
        this.size = await this.archive.finish(`${JSON.stringify(this.manifest, undefined, 2)}\n`);
        return `Manifest, on disk with everything: ${megabytes(this.size)}`;
      },
    };
  }

  private ofKind(kind: DataService['kind']): DataService[] {
    return this.services.filter((service) => service.kind === kind);
  }
}

/** The reason why no backup of a stack is made, if there is one. */
export function refusal(stack: SynthesisedStack): string | undefined {
  const unknown = unknownData(stack);
  if (unknown.length === 0) return undefined;
  return (
    `${stack.name}: no backup here knows the data of ${unknown.join(', ')}. Of Bitbucket and Stash, home and database are only ` +
    'worth something together: use Atlassian\'s own procedure, "Data recovery and backups" in its documentation; nothing was written'
  );
}

/** The image that a service runs on now; an error where it does not run. */
async function runningImage({ container }: DataService, stack: string): Promise<string> {
  const format = '{{.State.Running}} {{.Config.Image}}';
  const { stdout } = await run('docker', ['container', 'inspect', '--format', format, container]);
  const [isRunning, image = ''] = stdout.trim().split(' ');
  if (isRunning !== 'true') throw new Error(`${container} does not run; run: npm run up -- ${stack}`);
  return image;
}

function projectVersion(): string {
  return (JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string }).version;
}
