import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** What the command reads, which may be secret. @default - nothing */
  readonly input?: string;
  /** Called with every line of both streams as it comes, to show progress. */
  readonly onLine?: (line: string) => void;
}

/** A command that did not end well; the message is one sentence with the end of what it said. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: number | undefined,
    readonly output: Output,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}

/** Runs a command without a shell, and gives what it printed. Rejects with a {@link CommandError} unless it exits 0. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // One that ends without reading closes the pipe; its status says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
    const lines = { stdout: [] as string[], stderr: [] as string[] };
    for (const stream of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[stream] }).on('line', (line) => {
        lines[stream].push(line);
        options.onLine?.(line);
      });
    }
    let timedOut = false;
    const stop = (): void => {
      timedOut = true;
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 5000).unref();
    };
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(stop, options.timeoutMs);

    const output = (): Output => ({ stdout: lines.stdout.join('\n'), stderr: lines.stderr.join('\n') });
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const why = error.code === 'ENOENT' ? 'is not installed' : `could not be started: ${error.message}`;
      reject(new CommandError(`\`${command}\` ${why}.`, undefined, output()));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) {
        resolve(output());
        return;
      }
      const how = timedOut
        ? `took longer than ${(options.timeoutMs ?? 0) / 1000} s`
        : `ended with ${signal ?? `status ${code ?? 'unknown'}`}`;
      const said = lastLines(lines.stderr) || lastLines(lines.stdout);
      const message = `\`${shorten([command, ...args].join(' '))}\` ${how}${said && `: ${said}`}`;
      reject(new CommandError(message, code ?? undefined, output()));
    });
  });
}

/** Like {@link run}, but undefined where the command is missing or fails. */
export async function tryRun(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Output | undefined> {
  try {
    return await run(command, args, options);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** Full paths of a command on PATH, in order. Folders for administrators' commands are looked in too. */
export function findOnPath(command: string, path = process.env.PATH ?? ''): string[] {
  const folders = [...path.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'].filter((dir) => dir !== '');
  return [...new Set(folders)].map((dir) => join(dir, command)).filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function lastLines(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-4)
    .join(' | ');
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
