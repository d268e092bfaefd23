import { App, Fn, LocalBackend, TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentProps } from '../../../constructs/environment';
import { CONTEXT } from '../../../main';
import { linkMirror } from '../../../scripts/setup/mirror';
import { objectsOf, remove } from '../../../scripts/stack/engine-objects';
import { reserve } from '../../../scripts/stack/environments';
import { synthFolder } from '../../../scripts/stack/synth';
import { Terraform } from '../../../scripts/stack/terraform';
import { prepareStateFile } from '../../../stacks/local-files';
import { engineName, environmentName, PROJECT, readSettings } from '../../../stacks/settings';
import { command, succeed } from './command';
import { terraformBinary } from './terraform';

/** What a stack of a test is given. */
export interface TlsStackSettings {
  readonly environment: EnvironmentProps;
  /** A port for a number from 0 to 19. */
  port(index: number): number;
}

export type Build = (stack: TerraformStack, settings: TlsStackSettings) => Readonly<Record<string, unknown>>;

/** The last pair of subnets of an environment, which no stack of main.ts has. */
const SLOT = 7;
/** Above the ports of the stacks of main.ts. */
const FIRST_PORT = 9100;

/** A stack that a test declares, and declares otherwise: applied by the Terraform of the commands, as they do it. */
export class TlsStack {
  private readonly folder: string;
  private terraform: Promise<string> | undefined;

  public constructor(private readonly name: string) {
    this.folder = join(PROJECT, synthFolder(environmentName(process.env)), `test-${name}`);
  }

  /** Applies what `build` declares, with values of Terraform variables; gives its outputs. */
  public async apply(
    build: Build,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const terraform = await this.synthesise(build, variables);
    await terraform.init(() => undefined);
    await terraform.change('apply', () => undefined);
    return terraform.outputs();
  }

  /** What Terraform would do with `build`: a line for each resource, such as `tls_private_key.x will be created`. */
  public async plan(build: Build, variables: Readonly<Record<string, string>> = {}): Promise<string[]> {
    const terraform = await this.synthesise(build, variables);
    const { text } = await terraform.plan();
    return text.split('\n').flatMap((line) => /^ {2}# (\S+ (?:will|must) be .*)$/.exec(line)?.[1] ?? []);
  }

  /** The text of everything that the synth wrote. */
  public async synthesised(build: Build): Promise<string> {
    await this.synthesise(build, {});
    return succeed('cat', [join(this.stackFolder, 'cdk.tf.json')]);
  }

  /** The engine's id of a service's container: another one means that it was replaced. */
  public async containerId(service: string): Promise<string> {
    return (
      await succeed('docker', ['inspect', '--format', '{{.Id}} {{.State.StartedAt}}', this.container(service)])
    ).trim();
  }

  public container(service: string): string {
    return `${this.engineName}-${service}`;
  }

  /** What a service has logged. */
  public async logs(service: string): Promise<string> {
    return (await command('docker', ['logs', this.container(service)])).output;
  }

  public async destroy(): Promise<void> {
    await remove(await objectsOf(this.engineName));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get engineName(): string {
    return engineName(environmentName(process.env), this.name);
  }

  private get stackFolder(): string {
    return join(this.folder, 'stacks', this.name);
  }

  private async synthesise(build: Build, variables: Readonly<Record<string, string>>): Promise<Terraform> {
    await reserve(environmentName(process.env));
    const { baseImage, buildCaFile, portOffset, subnetSlot } = readSettings(process.env);
    mkdirSync(this.folder, { recursive: true });
    const app = new App({ outdir: this.folder, context: CONTEXT });
    const stack = new TerraformStack(app, this.name);
    new LocalBackend(stack, { path: 'terraform.tfstate' });
    const outputs = build(stack, {
      environment: { name: this.engineName, baseImage, buildCaFile, subnetSlot: subnetSlot + SLOT },
      port: (index) => portOffset + FIRST_PORT + index,
    });
    const scope = new Construct(stack, 'outputs');
    for (const [name, value] of Object.entries(outputs)) {
      new TerraformOutput(scope, name, { value: Fn.sensitive(value) as unknown, sensitive: true, staticId: true });
    }
    app.synth();
    prepareStateFile(join(this.stackFolder, 'terraform.tfstate'));
    writeFileSync(join(this.stackFolder, 'test.auto.tfvars.json'), JSON.stringify(variables), { mode: 0o600 });
    linkMirror(this.stackFolder);
    this.terraform ??= terraformBinary();
    return new Terraform(await this.terraform, this.stackFolder);
  }
}
