import { App, Fn, LocalBackend, TerraformOutput, TerraformStack } from 'cdktf';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { linkMirror } from '../../../scripts/setup/mirror';
import { objectsOf, remove } from '../../../scripts/stack/engine-objects';
import { release, reserve } from '../../../scripts/stack/environments';
import { Terraform } from '../../../scripts/stack/terraform';
import { CONTEXT } from '../../../main';
import type { EnvironmentProps } from '../../../constructs/environment';
import { engineName, environmentName, PROJECT, readSettings } from '../../../stacks/settings';
import { succeed } from './command';
import { terraformBinary } from './terraform';

/** What a topology of a test is given: an environment's properties, and ports that no stack of main.ts has. */
export interface AdHocSettings {
  /** Properties of the first or second environment of the topology. */
  environment(index: 0 | 1): EnvironmentProps;
  /** A port for a number from 0 to 19. */
  port(index: number): number;
}

/** Pairs of subnets of an environment that the stacks of main.ts leave free: the one before the last, and the last. */
const FIRST_SLOT = 6;
/** Above the ports of the stacks of main.ts. */
const FIRST_PORT = 9000;

/**
 * A topology that a test declares for itself: applied by the same Terraform as the stacks, its state below cdktf.out.
 * One at a time: they share ports and subnets.
 */
export class AdHocStack {
  private outdir: string | undefined;

  /** @param name part of the names on the engine */
  public constructor(private readonly name: string) {}

  /** Name on the engine of a service of the first or second environment. */
  public container(service: string, index: 0 | 1 = 0): string {
    return `${this.engineName(index)}-${service}`;
  }

  /** What a service has logged. */
  public logs(service: string, index: 0 | 1 = 0): Promise<string> {
    return succeed('docker', ['logs', this.container(service, index)]);
  }

  /** Synthesises what `build` declares, and applies it; again, to change it. Gives its outputs. */
  public async apply(
    build: (stack: TerraformStack, settings: AdHocSettings) => Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    await reserve(environmentName(process.env));
    const terraform = await this.synthesise(build);
    await terraform.init(() => undefined);
    await terraform.change('apply', () => undefined);
    return terraform.outputs();
  }

  public async destroy(): Promise<void> {
    if (this.outdir === undefined) return;
    for (const index of [0, 1] as const) await remove(await objectsOf(this.engineName(index)));
    rmSync(this.outdir, { recursive: true, force: true });
    this.outdir = undefined;
    release(environmentName(process.env));
  }

  private engineName(index: 0 | 1): string {
    return engineName(readSettings(process.env).environment, `${this.name}-${index}`);
  }

  private async synthesise(
    build: (stack: TerraformStack, settings: AdHocSettings) => Readonly<Record<string, unknown>>,
  ): Promise<Terraform> {
    const { baseImage, buildCaFile, portOffset, subnetSlot } = readSettings(process.env);
    mkdirSync(join(PROJECT, 'cdktf.out'), { recursive: true });
    this.outdir ??= mkdtempSync(join(PROJECT, 'cdktf.out', `${this.name}-`));
    const app = new App({ outdir: this.outdir, context: CONTEXT });
    const stack = new TerraformStack(app, this.name);
    // By default it would be in the folder that the tests run in.
    new LocalBackend(stack, { path: 'terraform.tfstate' });
    const outputs = build(stack, {
      environment: (index) => ({
        name: this.engineName(index),
        baseImage,
        buildCaFile,
        subnetSlot: subnetSlot + FIRST_SLOT + index,
      }),
      port: (index) => portOffset + FIRST_PORT + index,
    });
    for (const [name, value] of Object.entries(outputs)) {
      new TerraformOutput(stack, name, { value: Fn.sensitive(value) as unknown, sensitive: true, staticId: true });
    }
    app.synth();
    const folder = join(this.outdir, 'stacks', this.name);
    linkMirror(folder);
    return new Terraform(await terraformBinary(), folder);
  }
}
