import { Listr, PRESET_TIMER } from 'listr2';

/** What a step tells the people who wait for it. */
export interface Report {
  /** A line that stays: what is about to be installed, or which way is taken and why. */
  readonly say: (line: string) => void;
  /** The newest line of a long command's output; only the last one is shown. */
  readonly progress: (line: string) => void;
}

/** For work outside of steps: lines that stay are printed, progress is not shown. */
export const PLAIN_REPORT: Report = {
  say: (line) => process.stdout.write(`${line}\n`),
  progress: () => undefined,
};

export interface Step {
  readonly title: string;
  /** Does the work; what it resolves to replaces the title (`Docker Engine 26.1.5`). */
  run(report: Report): Promise<string | undefined>;
}

// A step that ends sooner gets one line in a log, at its end.
const QUICK_MS = 2000;
// How often a log without a terminal says that a step still runs.
const HEARTBEAT_MS = 30_000;

/** Runs steps one after the other and shows how long each takes; stops at the first one that throws. */
export async function runSteps(steps: readonly Step[], stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  if (stream.isTTY) return runOnTerminal(steps);
  for (const step of steps) await runInLog(step, stream);
}

async function runOnTerminal(steps: readonly Step[]): Promise<void> {
  const tasks = steps.map((step) => ({
    title: step.title,
    rendererOptions: { outputBar: Infinity, persistentOutput: true },
    task: async (_context: unknown, task: { title: string; output: string }): Promise<void> => {
      const started = Date.now();
      let latest = '';
      const tick = setInterval(() => {
        task.title = `${step.title} (${elapsed(started)})${latest && ` ${latest}`}`;
      }, 1000);
      try {
        const result = await step.run({
          say: (line) => (task.output = line),
          progress: (line) => (latest = shorten(line)),
        });
        task.title = result ?? step.title;
      } catch (error) {
        task.title = step.title;
        throw error;
      } finally {
        clearInterval(tick);
      }
    },
  }));
  // The command prints the error itself, once and whole.
  await new Listr(tasks, { rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false } }).run();
}

async function runInLog(step: Step, stream: NodeJS.WritableStream): Promise<void> {
  const started = Date.now();
  const print = (line: string): void => void stream.write(`${line}\n`);
  let announced = false;
  let latest = '';
  const announce = (): void => {
    if (!announced) print(`> ${step.title}`);
    announced = true;
  };
  const start = setTimeout(announce, QUICK_MS);
  const heartbeat = setInterval(() => {
    print(`  ${step.title}: ${elapsed(started)} so far${latest && `, at: ${latest}`}`);
  }, HEARTBEAT_MS);
  try {
    const result = await step.run({
      say: (line) => {
        announce();
        print(`  ${line}`);
      },
      progress: (line) => (latest = shorten(line)),
    });
    print(`✔ ${result ?? step.title} [${elapsed(started)}]`);
  } catch (error) {
    print(`✖ ${step.title} [${elapsed(started)}]`);
    throw error;
  } finally {
    clearTimeout(start);
    clearInterval(heartbeat);
  }
}

function elapsed(started: number): string {
  const milliseconds = Date.now() - started;
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}

function shorten(line: string): string {
  // Colours and carriage returns of the command would upset the line it is shown in.
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  const plain = line.replace(/\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u001f]/g, '').trim();
  return plain.length > 70 ? `${plain.slice(0, 69)}…` : plain;
}
