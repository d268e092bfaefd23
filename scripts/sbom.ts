import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PROJECT } from '../stacks/settings';
import { goDocument, imageDocument } from './sbom/documents';
import { readImage } from './sbom/image-contents';
import { OPENTOFU, PROJECT_ROOT, PROVIDERS } from './setup/offline-modules';
import { run, tryRun } from './setup/run-command';
import { readCommandLine, runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { chooseStacks, resourcesOf } from './stack/synth';

const HELP = `
npm run sbom [-- STACK...]

Writes what the stacks (default: https-proxy) are made of as CycloneDX to out/STACK/sbom: a file for each image with its
Debian packages and jars, one for the npm packages, and one for each program that is built with Go where no registry is in reach.
The images must be on the engine: npm run up puts them there.
`;

runMain(async () => {
  const { stacks: names } = readCommandLine(HELP);
  const deployment = await Deployment.open();
  for (const stack of chooseStacks(deployment.stacks, names)) {
    const folder = join(deployment.outFolder(stack), 'sbom');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const write = (name: string, text: string): void => {
      const file = join(folder, `${name}.cdx.json`);
      writeFileSync(file, text);
      process.stdout.write(`${relative(PROJECT, file)}\n`);
    };
    const images = resourcesOf(stack, 'docker_image').map(({ name }) => String(name));
    for (const image of [...new Set(images)].sort()) {
      if ((await tryRun('docker', ['image', 'inspect', image])) === undefined) {
        throw new Error(`${image}: not on the engine; run: npm run up -- ${stack.name}`);
      }
      write(fileName(image), imageDocument(await readImage(image)));
    }
    write('npm', await npmDocument());
    for (const { name } of [OPENTOFU, ...PROVIDERS]) {
      write(`go-${name}`, goDocument(name, readFileSync(join(PROJECT_ROOT, 'offline', name, 'go.sum'), 'utf8')));
    }
  }
  return 0;
});

/** The name of an image without where it is from and without its tag. */
function fileName(image: string): string {
  return (image.split('/').at(-1) ?? image).replace(/[:@].*/, '');
}

/** npm writes its own, from the lock file. */
async function npmDocument(): Promise<string> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  return `${(await run('npm', args, { cwd: PROJECT })).stdout}\n`;
}
