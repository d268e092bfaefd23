import { engineName, environmentName, stateFile } from '../../stacks/settings';
import { readStateBackend } from '../../stacks/state-backend';
import { outFolder, type StackOutputs } from './out-files';
import { setUp } from '../setup/set-up';
import { outputValues, readState, type State } from './state';
import { synthesise, resourcesOf, type SynthesisedStack } from './synth';
import { Terraform } from './terraform';

/** The stacks of one environment on this machine, and the Terraform that deploys them. */
export class Deployment {
  /**
   * Gets what the machine lacks, then synthesises.
   * @param prepare what must be done between the two; the engine runs then
   */
  public static async open(
    environment = environmentName(process.env),
    prepare: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Deployment> {
    const { terraform } = await setUp();
    await prepare();
    return new Deployment(environment, terraform, synthesise(environment));
  }

  private constructor(
    public readonly environment: string,
    private readonly terraformBinary: string,
    public readonly stacks: readonly SynthesisedStack[],
  ) {}

  /** Says on standard error what works, and may not be what is wanted. */
  public warn(stacks: readonly SynthesisedStack[]): void {
    for (const warning of stacks.flatMap(({ warnings }) => warnings)) process.stderr.write(`Warning: ${warning}\n`);
  }

  public terraform(stack: SynthesisedStack): Terraform {
    return new Terraform(this.terraformBinary, stack.folder);
  }

  /** Whether states are files here, and not on a server. */
  public readonly hasLocalStates = readStateBackend(process.env).kind === 'local';

  /** What was deployed, wherever the state is; an error where it is cut off. */
  public async state(stack: SynthesisedStack, progress: (line: string) => void = () => undefined): Promise<State> {
    const file = stateFile(this.environment, stack.name);
    if (this.hasLocalStates) return readState(file);
    const terraform = this.terraform(stack);
    await terraform.init(progress);
    return terraform.state();
  }

  /** Where the state is, for people. */
  public stateName(stack: SynthesisedStack): string {
    return this.hasLocalStates
      ? stateFile(this.environment, stack.name)
      : `the state in ${process.env.STATE_BACKEND ?? ''}`;
  }

  public outFolder(stack: SynthesisedStack): string {
    return outFolder(this.environment, stack.name);
  }

  /** The name that everything of the stack starts with on the engine, and that its label holds. */
  public engineName(stack: SynthesisedStack): string {
    return engineName(this.environment, stack.name);
  }

  public async outputs(stack: SynthesisedStack): Promise<StackOutputs> {
    const outputs = outputValues(await this.state(stack));
    if (outputs['base_url'] === undefined) {
      throw new Error(`${stack.name}: not deployed; run: npm run up -- ${stack.name}`);
    }
    return outputs as unknown as StackOutputs;
  }

  /** Number of resources, for people who wait. */
  public size(stack: SynthesisedStack): number {
    return Object.keys(stack.resources).reduce((sum, type) => sum + resourcesOf(stack, type).length, 0);
  }
}
