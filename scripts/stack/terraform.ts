import { existsSync } from 'node:fs';
import { CommandError, run, type Output } from '../setup/run-command';
import { parseState, type State } from './state';

/** One line of `terraform ... -json`. */
interface Message {
  readonly type: string;
  readonly '@message': string;
  readonly diagnostic?: Diagnostic & { readonly severity: string };
}

interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
}

/** Terraform (or OpenTofu) on one synthesised stack. */
export class Terraform {
  private readonly lockTimeout: string;

  /**
   * @param lockSeconds how long a state is waited for that another Terraform holds: plain cdktf's, or one whose command was
   * killed and that goes on by itself
   */
  public constructor(
    private readonly binary: string,
    private readonly folder: string,
    lockSeconds = 300,
  ) {
    this.lockTimeout = `-lock-timeout=${lockSeconds}s`;
  }

  public async init(progress: (line: string) => void): Promise<void> {
    await this.run(['init', '-input=false', '-no-color'], progress);
  }

  /**
   * Applies or destroys; failures are told in Terraform's own words.
   * @param addresses that the change is told of: `replaced` are made anew, though nothing of them has changed; where there
   * are `targets`, the change is of them alone
   */
  public async change(
    command: 'apply' | 'destroy',
    progress: (line: string) => void,
    addresses: { readonly replaced?: readonly string[]; readonly targets?: readonly string[] } = {},
  ): Promise<void> {
    const problems: string[] = [];
    const { replaced = [], targets = [] } = addresses;
    const options = [
      ...replaced.map((address) => `-replace=${address}`),
      ...targets.map((address) => `-target=${address}`),
    ];
    try {
      await this.run([command, '-auto-approve', '-input=false', this.lockTimeout, '-json', ...options], (line) => {
        const message = parse(line);
        if (message?.diagnostic?.severity === 'error') {
          problems.push(problemText(message.diagnostic));
        } else if (message?.type.startsWith('apply_') === true) {
          progress(message['@message']);
        }
      });
    } catch (error) {
      if (error instanceof CommandError && problems.length > 0) throw new Error(problems.join('\n'));
      throw error;
    }
  }

  /** The plan as text, and whether it would change anything. */
  public async plan(): Promise<{ text: string; changes: boolean }> {
    try {
      const { stdout } = await this.run(['plan', '-input=false', this.lockTimeout, '-no-color', '-detailed-exitcode']);
      return { text: stdout, changes: false };
    } catch (error) {
      if (error instanceof CommandError && error.exitCode === 2) return { text: error.output.stdout, changes: true };
      throw error instanceof CommandError ? new Error(`${error.output.stdout}${error.output.stderr}`) : error;
    }
  }

  /** What was deployed last, from wherever the state is kept. Errors do not repeat what Terraform printed: it is secret. */
  public async state(): Promise<State> {
    try {
      return parseState(await this.pullState());
    } catch (error) {
      throw error instanceof CommandError ? new Error(`The state cannot be read: ${error.output.stderr}`) : error;
    }
  }

  /** Takes what exists on the engine into the state. */
  public async import(address: string, id: string): Promise<void> {
    await this.run(['import', '-input=false', this.lockTimeout, '-no-color', address, id]);
  }

  /** The state, wherever it is kept; "" where there is none. It holds secrets. */
  public async pullState(): Promise<string> {
    return (await this.run(['state', 'pull'])).stdout;
  }

  /** Makes `state` the state, in place of the one that there is: for one that knows of nothing any more. */
  public async pushState(state: string): Promise<void> {
    await this.run(['state', 'push', '-force', this.lockTimeout, '-'], undefined, state);
  }

  /** The registry that providers are named after: Terraform's own, or OpenTofu's. */
  public async registry(): Promise<string> {
    const { stdout } = await this.run(['version', '-json']);
    const { provider_selections: providers = {} } = JSON.parse(stdout) as {
      provider_selections?: Readonly<Record<string, string>>;
    };
    const [name = 'registry.terraform.io/'] = Object.keys(providers);
    return name.slice(0, name.indexOf('/'));
  }

  private run(args: readonly string[], onLine?: (line: string) => void, input?: string): Promise<Output> {
    const config = process.env.TF_CLI_CONFIG_FILE;
    return run(this.binary, args, {
      cwd: this.folder,
      env: {
        TF_IN_AUTOMATION: '1',
        CHECKPOINT_DISABLE: '1',
        // A configuration file that is not there would only add a warning to everything.
        ...(config !== undefined && !existsSync(config) ? { TF_CLI_CONFIG_FILE: undefined } : {}),
      },
      ...(onLine ? { onLine } : {}),
      ...(input === undefined ? {} : { input }),
    });
  }
}

/** In Terraform's own words, but for a state that another Terraform holds: they are about its lock, not about who it is. */
export function problemText({ summary, detail }: Diagnostic): string {
  if (summary !== 'Error acquiring the state lock') return `${summary}: ${detail}`.trim();
  const field = (name: string): string => new RegExp(`^ *${name}: +(\\S.*)$`, 'm').exec(detail)?.[1] ?? 'unknown';
  return (
    `The state is in use by another Terraform, ${field('Operation')} of ${field('Who')} since ${field('Created')}: ` +
    'wait for it, then run this again.'
  );
}

function parse(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
