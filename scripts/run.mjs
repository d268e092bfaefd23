// Runs a command of this project: `node scripts/run.mjs NAME ...ARGS` runs scripts/NAME.ts.
// Needs nothing but Node.js: on a fresh clone it installs the npm packages that the commands themselves need.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 9];
const scripts = dirname(fileURLToPath(import.meta.url));
const root = dirname(scripts);
const modules = join(root, 'node_modules');
const stamp = join(modules, '.cdktf-git-topology-lock');

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(`Node.js is version ${process.versions.node}: ${OLDEST_NODE.join('.')} or later is needed, upgrade it.`);
}

function checkCommand(name) {
  const known = readdirSync(scripts)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  if (known.includes(name)) return;
  fail(`There is no command ${JSON.stringify(name ?? '')}: use one of ${known.join(', ')}.`);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

// True where somebody ran `npm ci` without us: npm's own record then has every package of the lock file.
function isInstalled() {
  const record = join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages ?? {};
  return Object.entries(readJson(join(root, 'package-lock.json')).packages ?? {}).every(
    ([path, wanted]) => path === '' || wanted.optional || installed[path]?.version === wanted.version,
  );
}

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (!isInstalled()) {
    process.stderr.write('Installing the npm packages of package-lock.json (npm ci), which takes about a minute\n');
    const started = Date.now();
    // npm tells its scripts where it is; its output goes to stderr, so that a command's own output stays clean.
    const cli = process.env.npm_execpath;
    const [npm, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
    const args = [...first, 'ci', '--include=dev', '--no-fund', '--no-audit', '--no-update-notifier'];
    const result = spawnSync(npm, args, { cwd: root, stdio: ['ignore', 2, 2] });
    if (result.status !== 0) {
      fail(`npm ci failed (${result.error?.message ?? `status ${result.status}`}): see above, then run this again.`);
    }
    process.stderr.write(`npm packages installed [${Math.round((Date.now() - started) / 1000)}s]\n`);
  }
  writeFileSync(stamp, lock);
}

const [name, ...args] = process.argv.slice(2);
checkNode();
checkCommand(name);
installPackages();
// From the project's folder, wherever npm was called: paths in messages and cdktf's files are relative to it.
process.chdir(root);
// Not before: it needs the packages.
const { launch } = await import('./launch.mjs');
await launch(join(scripts, `${name}.ts`), args);
