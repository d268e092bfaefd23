import { provideBaseImage } from './base-image';
import { provideEngine } from './engine';
import { removeBuildLeftovers } from './go-build';
import { hostCaBundle } from './host-ca';
import { withLock } from './lock';
import { provideProviders } from './providers';
import { runSteps } from './steps';
import { provideTerraform, type Terraform } from './terraform';

/** What set-up found or got. */
export interface SetUp {
  /** The binary of Terraform or OpenTofu. */
  readonly terraform: string;
  readonly baseImage: string;
  /** The host's file of CA certificates, for containers that download over HTTPS. */
  readonly caBundle?: string;
}

/** Finds or gets what every command needs besides Node.js, in turn, and shows how far it is. */
export async function setUp(): Promise<SetUp> {
  const waiting = (): void => {
    process.stdout.write('Another set-up is running on this machine: waiting for it\n');
  };
  return withLock('set-up', waiting, findOrGetAll);
}

async function findOrGetAll(): Promise<SetUp> {
  let baseImage = '';
  let terraform: Terraform | undefined;
  await runSteps([
    { title: 'Docker Engine', run: async (report) => `Docker Engine ${await provideEngine(report)}` },
    {
      title: 'Base image',
      run: async (report) => {
        baseImage = await provideBaseImage(report);
        return `Base image ${baseImage}`;
      },
    },
    {
      title: 'Terraform or OpenTofu',
      run: async (report) => {
        terraform = await provideTerraform(baseImage, report);
        return `${terraform.product} ${terraform.version} (${terraform.binary})`;
      },
    },
    {
      title: 'Providers',
      run: async (report) => {
        if (!terraform) throw new Error('Providers need Terraform first.');
        const line = await provideProviders(terraform, baseImage, report);
        await removeBuildLeftovers();
        return line;
      },
    },
  ]);
  if (!terraform) throw new Error('Set-up ended without Terraform.');
  return { terraform: terraform.binary, baseImage, caBundle: hostCaBundle() };
}
