import { spawn } from 'node:child_process';
import { PROJECT } from '../../../stacks/settings';

export interface Result {
  readonly status: number;
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** Runs a program, and gives its exit status and what it printed, both streams together. */
export function command(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? PROJECT,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (status) => resolve({ status: status ?? -1, output }));
    // A program that ends without reading its input closes the pipe early.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Like `command`, for what must succeed. */
export async function succeed(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { status, output } = await command(program, args, options);
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${status}:\n${output}`);
  return output;
}

/** A command of the project, as `npm run NAME -- ARGS` runs it. */
export function npmRun(name: string, ...args: readonly string[]): Promise<Result> {
  return command(process.execPath, ['scripts/run.mjs', name, ...args]);
}
