import { App, Fn, LocalBackend, TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentProps } from '../../../constructs/environment';
import { CONTEXT } from '../../../main';
import { linkMirror } from '../../../scripts/setup/mirror';
import { driftLine, readDrift } from '../../../scripts/stack/drift';
import { objectsOf, remove } from '../../../scripts/stack/engine-objects';
import { release, reserve } from '../../../scripts/stack/environments';
import { newImages } from '../../../scripts/stack/images';
import { synthFolder, type SynthesisedStack } from '../../../scripts/stack/synth';
import { outputValues } from '../../../scripts/stack/state';
import { Terraform } from '../../../scripts/stack/terraform';
import { prepareStateFile } from '../../../stacks/local-files';
import { engineName, environmentName, PROJECT, readSettings } from '../../../stacks/settings';
import { command, succeed } from './command';
import { terraformBinary } from './terraform';

/** What a topology of a test is given: environments' properties, and ports that no stack of main.ts has. */
export interface AdHocSettings {
  /** Properties of the first or second environment of the topology. */
  environment(index: 0 | 1): EnvironmentProps;
  /** A port for a number from 0 to 19. */
  port(index: number): number;
}

/** Declares a topology, and gives what a test wants to know of it. */
export type Build = (stack: TerraformStack, settings: AdHocSettings) => Readonly<Record<string, unknown>>;

/** A program elsewhere that synthesises a stack of a name into a folder, with a state in the stack's folder. */
export interface Program {
  synthesise(stack: string, folder: string, settings: AdHocSettings): void;
}

type Variables = Readonly<Record<string, string>>;

/** The last two pairs of subnets of an environment, which no stack of main.ts has. */
const FIRST_SLOT = 8;
/** Above the ports of the stacks of main.ts. */
const FIRST_PORT = 9000;

/**
 * A topology that a test declares, and declares otherwise: applied by the Terraform of the commands, as they do it. One at
 * a time: they share ports and subnets.
 */
export class AdHocStack {
  private readonly folder: string;
  private terraform: Promise<string> | undefined;

  /** @param name part of the names on the engine */
  public constructor(private readonly name: string) {
    this.folder = join(PROJECT, synthFolder(environmentName(process.env)), `test-${name}`);
  }

  /** Applies what `build` declares, with values of Terraform variables; again, to change it. Gives its outputs. */
  public async apply(build: Build | Program, variables: Variables = {}): Promise<Readonly<Record<string, unknown>>> {
    const terraform = await this.synthesise(build, variables);
    await terraform.init(() => undefined);
    const targets = newImages(this.resources(), await terraform.state());
    if (targets.length > 0) await terraform.change('apply', () => undefined, { targets });
    await terraform.change('apply', () => undefined);
    return outputValues(await terraform.state());
  }

  /** Destroys what the state knows, by Terraform alone. */
  public async takeDown(): Promise<void> {
    this.terraform ??= terraformBinary();
    await new Terraform(await this.terraform, this.stackFolder).change('destroy', () => undefined);
  }

  /** What `plan` says of the engine beside Terraform. */
  public async drift(): Promise<string[]> {
    this.terraform ??= terraformBinary();
    return (await readDrift(await new Terraform(await this.terraform, this.stackFolder).state())).map(driftLine);
  }

  /** What Terraform would do with `build`: a line for each resource, such as `tls_private_key.x will be created`. */
  public async plan(build: Build | Program, variables: Variables = {}): Promise<string[]> {
    const terraform = await this.synthesise(build, variables);
    await terraform.init(() => undefined);
    const { text } = await terraform.plan();
    return text.split('\n').flatMap((line) => /^ {2}# (\S+ (?:will|must) be .*)$/.exec(line)?.[1] ?? []);
  }

  /** The text of everything that the synth wrote. */
  public async synthesised(build: Build): Promise<string> {
    await this.synthesise(build, {});
    return succeed('cat', [join(this.stackFolder, 'cdk.tf.json')]);
  }

  /** Name on the engine of a service of the first or second environment. */
  public container(service: string, index: 0 | 1 = 0): string {
    return `${this.engineName(index)}-${service}`;
  }

  /** The engine's id of a service's container, and when it was started: another one means that it was replaced. */
  public async containerId(service: string): Promise<string> {
    const format = '{{.Id}} {{.State.StartedAt}}';
    return (await succeed('docker', ['inspect', '--format', format, this.container(service)])).trim();
  }

  /** What a service has logged. */
  public async logs(service: string, index: 0 | 1 = 0): Promise<string> {
    return (await command('docker', ['logs', this.container(service, index)])).output;
  }

  public async destroy(): Promise<void> {
    // Also after a test that failed before anything was made.
    await reserve(environmentName(process.env));
    for (const index of [0, 1] as const) await remove(await objectsOf(this.engineName(index)));
    rmSync(this.folder, { recursive: true, force: true });
    release(environmentName(process.env));
  }

  private engineName(index: 0 | 1): string {
    return engineName(environmentName(process.env), index === 0 ? this.name : `${this.name}-2`);
  }

  private resources(): Pick<SynthesisedStack, 'resources'> {
    const json = JSON.parse(readFileSync(join(this.stackFolder, 'cdk.tf.json'), 'utf8')) as {
      readonly resource: SynthesisedStack['resources'];
    };
    return { resources: json.resource };
  }

  /** Where Terraform runs. */
  public get stackFolder(): string {
    return join(this.folder, 'stacks', this.name);
  }

  private async synthesise(build: Build | Program, variables: Variables): Promise<Terraform> {
    await reserve(environmentName(process.env));
    const { baseImage, buildCaFile, portOffset, subnetSlot } = readSettings(process.env);
    mkdirSync(this.folder, { recursive: true });
    const settings: AdHocSettings = {
      environment: (index) => ({
        name: this.engineName(index),
        baseImage,
        buildCaFile,
        subnetSlot: subnetSlot + FIRST_SLOT + index,
      }),
      port: (index) => portOffset + FIRST_PORT + index,
    };
    if (typeof build === 'function') this.declare(build, settings);
    else build.synthesise(this.name, this.folder, settings);
    prepareStateFile(join(this.stackFolder, 'terraform.tfstate'));
    writeFileSync(join(this.stackFolder, 'test.auto.tfvars.json'), JSON.stringify(variables), { mode: 0o600 });
    linkMirror(this.stackFolder);
    this.terraform ??= terraformBinary();
    return new Terraform(await this.terraform, this.stackFolder);
  }

  private declare(build: Build, settings: AdHocSettings): void {
    const app = new App({ outdir: this.folder, context: CONTEXT });
    const stack = new TerraformStack(app, this.name);
    new LocalBackend(stack, { path: 'terraform.tfstate' });
    const outputs = build(stack, settings);
    const scope = new Construct(stack, 'outputs');
    for (const [name, value] of Object.entries(outputs)) {
      new TerraformOutput(scope, name, { value: Fn.sensitive(value) as unknown, sensitive: true, staticId: true });
    }
    app.synth();
  }
}
