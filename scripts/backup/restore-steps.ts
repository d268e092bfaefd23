import { run } from '../setup/run-command';
import type { Step } from '../setup/steps';
import type { Deployment } from '../stack/deployment';
import { objectsOf } from '../stack/engine-objects';
import type { SynthesisedStack } from '../stack/synth';
import type { Archive } from './archive-reader';
import { dataServices, type DataService } from './data-services';
import { restoreDirectory } from './directories';
import { SECRETS } from './manifest';
import { restoreRepositories } from './repositories';
import { forRegistry, resourceCount, secretState } from './secrets';

/** What stands in the way of a restore: volumes, and a state that knows of something, wherever it is kept. */
export async function dataInTheWay(deployment: Deployment, stack: SynthesisedStack): Promise<string[]> {
  const volumes = (await objectsOf(deployment.engineName(stack))).filter(({ kind }) => kind === 'volume');
  const terraform = deployment.terraform(stack);
  await terraform.init(() => undefined);
  const known = resourceCount(await terraform.pullState());
  return [
    ...volumes.map(({ name }) => `the volume ${name}`),
    ...(known > 0 ? [`a Terraform state with ${known} resources`] : []),
  ];
}

/** Puts a backup into a stack of which nothing is there yet; after them, `up` starts it. */
export function restoreSteps(
  deployment: Deployment,
  stack: SynthesisedStack,
  archive: Archive,
  withSecrets: boolean,
): Step[] {
  const terraform = deployment.terraform(stack);
  const services = dataServices(stack).filter(({ kind }) => kind === 'directory' || kind === 'repositories');
  const { directories, repositories } = archive.manifest;
  return [
    {
      title: 'Volumes',
      run: async ({ progress }) => {
        await terraform.init(progress);
        if (withSecrets) {
          const present = await terraform.pullState();
          if (present.trim() !== '' && resourceCount(present) > 0)
            throw new Error(`${stack.name}: its state is in use`);
          const state = secretState(await archive.readText(SECRETS));
          await terraform.pushState(forRegistry(state, await terraform.registry()));
        }
        await terraform.change('apply', progress, { targets: [...new Set(services.flatMap(({ needs }) => needs))] });
        return withSecrets
          ? 'Volumes, with the keys and passwords of the backup'
          : 'Volumes, with new keys and passwords';
      },
    },
    ...services
      .filter(({ kind }) => kind === 'directory')
      .flatMap((service) => {
        const entry = directories.find(({ service: name }) => name === service.name);
        if (entry === undefined) return [];
        return {
          title: `Directory ${service.name}`,
          run: async () => {
            await restoreDirectory(service, entry, archive);
            return `Directory ${service.name}: ${entry.entries} entries, loaded at its start`;
          },
        };
      }),
    ...services
      .filter(({ kind }) => kind === 'repositories')
      .map((service) => ({
        title: `Repositories of ${service.name}`,
        run: async ({ progress }: { progress: (line: string) => void }) => {
          await restoreRepositories(service, archive, progress);
          const own = repositories.filter(({ service: name }) => name === service.name);
          const refs = own.reduce((sum, entry) => sum + entry.refs, 0);
          return `Repositories of ${service.name}: ${own.length}, with ${refs} refs, as they were`;
        },
      })),
  ];
}

/** A sentence for each directory that did not take its backup when it started. */
export async function directoriesNotLoaded(stack: SynthesisedStack, archive: Archive): Promise<string[]> {
  const restored = dataServices(stack).filter(({ kind, name }) => {
    return kind === 'directory' && archive.manifest.directories.some(({ service }) => service === name);
  });
  const problems = await Promise.all(restored.map(notLoaded));
  return problems.flatMap((problem) => problem ?? []);
}

async function notLoaded({ container, path }: DataService): Promise<string | undefined> {
  const { stdout } = await run('docker', ['exec', container, 'ls', path]);
  const left = stdout.split('\n').find((file) => file === 'restore.ldif' || file === 'refused.ldif');
  return left === undefined ? undefined : `${container} has not loaded its backup (${left}): docker logs ${container}`;
}
