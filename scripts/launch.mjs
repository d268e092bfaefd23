// Runs a TypeScript program of this project in this process: `node scripts/launch.mjs main.ts`. It is bundled by esbuild with
// the packages that it uses, once for each state of its files, and V8's compiled code is kept beside the bundle: loading
// cdktf by hundreds of files would take most of the time of a synth.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, 'node_modules/.cache/cdktf-git-topology');
/** npm writes it anew whenever it installs anything. */
const installed = join(root, 'node_modules/.package-lock.json');

/** @param file path of the program: it finds itself as the main module, and its arguments in process.argv as ever */
export async function launch(file, args) {
  const program = resolve(file);
  const bundle = upToDate(program) ?? (await build(program));
  const require = Object.assign(createRequire(bundle), { main: { filename: program } });
  process.argv = [process.argv[0], program, ...args];
  compiled(bundle).runInThisContext()(require, { exports: {} });
}

/** The bundle of a program that no file has changed of since. */
function upToDate(program) {
  try {
    const { bundle, inputs } = recorded(program);
    const path = join(cache, bundle);
    return statSync(path) && inputs.every(([input, stamp]) => stampOf(input) === stamp) ? path : undefined;
  } catch {
    return undefined;
  }
}

function recordOf(program) {
  const id = createHash('sha256').update(program).digest('hex').slice(0, 8);
  return join(cache, `${basename(program, '.ts')}-${id}.json`);
}

function stampOf(input) {
  const { mtimeMs, size } = statSync(input);
  return `${mtimeMs} ${size}`;
}

async function build(program) {
  const { build: bundle } = await import('esbuild');
  const started = [installed, fileURLToPath(import.meta.url)].map((input) => [input, stampOf(input)]);
  const stamps = new Map(started);
  const { outputFiles } = await bundle({
    entryPoints: [program],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    absWorkingDir: root,
    logLevel: 'error',
    // Finds files beside its own.
    external: ['@cyclonedx/cyclonedx-library'],
    plugins: [
      { name: 'own files', setup: (build) => build.onLoad({ filter: /\.ts$/ }, ({ path }) => own(path, stamps)) },
    ],
  });
  const text = outputFiles[0].text;
  const name = `${basename(program, '.ts')}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.cjs`;
  mkdirSync(cache, { recursive: true });
  const { bundle: before } = recorded(program);
  replace(join(cache, name), text);
  replace(recordOf(program), JSON.stringify({ bundle: name, inputs: [...stamps] }));
  if (before !== undefined && before !== name) {
    for (const gone of [before, codeOf(before)]) rmSync(join(cache, gone), { force: true });
  }
  return join(cache, name);
}

/** A file of the project, which knows where it is. Its stamp is of before it was read. */
function own(path, stamps) {
  stamps.set(path, stampOf(path));
  const text = readFileSync(path, 'utf8');
  const names = `const __dirname = ${JSON.stringify(dirname(path))}, __filename = ${JSON.stringify(path)};`;
  return { contents: /\b__(dir|file)name\b/.test(text) ? names + text : text, loader: 'ts' };
}

/** What the last build of a program has left: nothing of a bundle that there is not. */
function recorded(program) {
  try {
    return JSON.parse(readFileSync(recordOf(program), 'utf8'));
  } catch {
    return { inputs: [] };
  }
}

/** Whole, or not at all: others may read it meanwhile. */
function replace(path, content) {
  const half = `${path}.${process.pid}`;
  writeFileSync(half, content);
  renameSync(half, path);
}

/** V8 refuses code of another version of itself. */
function codeOf(bundle) {
  return `${bundle}.${process.versions.v8}`;
}

function compiled(bundle) {
  const file = codeOf(bundle);
  let cachedData;
  try {
    cachedData = readFileSync(file);
  } catch {
    // The first run.
  }
  const script = new Script(`(function (require, module) {${readFileSync(bundle, 'utf8')}\n})`, {
    filename: bundle,
    cachedData,
  });
  if (cachedData === undefined || script.cachedDataRejected) {
    // With the functions that this run has used: they are compiled by then.
    process.once('exit', () => {
      try {
        replace(file, script.createCachedData());
      } catch {
        // A folder that cannot be written to makes the next run slower, and nothing else.
      }
    });
  }
  return script;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, ...args] = process.argv.slice(2);
  await launch(file, args);
}
