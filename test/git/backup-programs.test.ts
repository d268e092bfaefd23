import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';

/**
 * The Git server's own programs, run where the tests run, on folders instead of volumes. That they run in a container, and
 * with its git, is for the deploy tests.
 */
const folder = mkdtempSync(join(tmpdir(), 'backup-programs-'));
const data = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Output {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly said: string;
}

function program(name: string, on: string, args: readonly string[], input?: Buffer): Output {
  const text = readFileSync(join(PROJECT, 'images/git-server', name), 'utf8')
    .replaceAll('/tmp', folder)
    .replaceAll('/var/lib/git-repositories', on)
    // Git before 2.40 knows no "-" here.
    .replace('unbundle -', 'unbundle "$(cat >"$HOME/in.bundle" && echo "$HOME/in.bundle")"');
  const { status, stdout, stderr } = spawnSync('sh', ['-c', text, name, ...args], { input, maxBuffer: 64e6 });
  return { status, stdout, said: stderr.toString() };
}

function done({ status, stdout, said }: Output): Buffer {
  if (status !== 0) throw new Error(said);
  return stdout;
}

const backup = (...args: readonly string[]): Buffer => done(program('backup-repositories', data, args));
const git = (...args: readonly string[]): string => {
  const identity = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
  const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8', env: { ...process.env, ...identity } });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
};
const repository = (path: string, on = data): string => `--git-dir=${join(on, `${path}.git`)}`;

/** Makes a repository with a commit on each of the refs. */
function make(path: string, ...refs: readonly string[]): void {
  git('init', '--quiet', '--bare', '--template=', '-b', 'main', join(data, `${path}.git`));
  const tree = git(repository(path), 'hash-object', '-t', 'tree', '-w', '/dev/null');
  for (const ref of refs)
    git(repository(path), 'update-ref', ref, git(repository(path), 'commit-tree', '-m', ref, tree));
}

const refsOf = (path: string, on: string): string =>
  git(repository(path, on), 'for-each-ref', '--format=%(objectname) %(refname)');

/** Puts what the backup says of the repositories into a new folder. */
function restored(into: string, ...paths: readonly string[]): string {
  const target = join(folder, into);
  mkdirSync(target);
  const restore = (args: readonly string[], input?: Buffer): Buffer =>
    done(program('restore-repositories', target, args, input));
  restore(['begin']);
  for (const path of paths) {
    const refs = backup('snapshot', path);
    restore(['files', path], backup('files', path));
    if (refs.length === 0) continue;
    restore(['bundle', path], backup('bundle'));
    expect(restore(['refs', path], refs).toString()).toBe(refs.toString());
  }
  restore(['end']);
  return target;
}

beforeAll(() => {
  mkdirSync(data);
  // The last one makes the short name of the first ambiguous.
  make('demo/hello', 'refs/heads/main', 'refs/notes/commits', 'refs/heads/refs/heads/main', 'refs/heads/a"b');
  git(repository('demo/hello'), 'tag', '-a', 'v1', '-m', 'one', 'refs/heads/main');
  make('demo/private');
  make('old/one', 'refs/heads/trunk');
  git(repository('old/one'), 'symbolic-ref', 'HEAD', 'refs/heads/trunk');
  git(repository('old/one'), 'config', 'receive.denyDeletes', 'true');
  const old = join(data, 'old/one.git');
  writeFileSync(join(old, 'description'), 'Old\n');
  writeFileSync(join(old, 'HEAD.lock'), '');
  mkdirSync(join(old, 'lfs/objects/ab'), { recursive: true });
  writeFileSync(join(old, 'lfs/objects/ab/abcd'), 'large');
  mkdirSync(join(old, 'hooks'));
  writeFileSync(join(old, 'hooks/post-receive'), '#!/bin/sh\n');
  chmodSync(join(old, 'hooks/post-receive'), 0o755);
  mkdirSync(join(data, '.new'));
});

test('all repositories are listed, whether declared or not', () => {
  expect(backup('list').toString()).toBe('demo/hello.git\ndemo/private.git\nold/one.git\n');
});

test('they come back with every ref, HEAD, configuration, description, hooks and LFS', () => {
  const target = restored('all', 'demo/hello', 'demo/private', 'old/one');
  for (const path of ['demo/hello', 'demo/private', 'old/one']) {
    expect(refsOf(path, target)).toBe(refsOf(path, data));
    git(repository(path, target), 'fsck', '--full', '--strict');
  }
  const old = join(target, 'old/one.git');
  expect(git(repository('old/one', target), 'symbolic-ref', 'HEAD')).toBe('refs/heads/trunk');
  expect(git(repository('old/one', target), 'config', 'receive.denyDeletes')).toBe('true');
  expect(readFileSync(join(old, 'description'), 'utf8')).toBe('Old\n');
  expect(readFileSync(join(old, 'lfs/objects/ab/abcd'), 'utf8')).toBe('large');
  expect(statSync(join(old, 'hooks/post-receive')).mode & 0o100).toBe(0o100);
  expect(existsSync(join(old, 'HEAD.lock'))).toBe(false);
  expect(existsSync(join(target, '.restoring'))).toBe(false);
});

test('a repository of SHA-256 stays one', () => {
  git(
    'init',
    '--quiet',
    '--bare',
    '--template=',
    '--object-format=sha256',
    '-b',
    'main',
    join(folder, 'data/long.git'),
  );
  const tree = git(repository('long'), 'hash-object', '-t', 'tree', '-w', '/dev/null');
  git(repository('long'), 'update-ref', 'refs/heads/main', git(repository('long'), 'commit-tree', '-m', 'x', tree));
  const target = restored('sha256', 'long');
  expect(refsOf('long', target)).toMatch(/^[0-9a-f]{64} refs\/heads\/main$/);
  git(repository('long', target), 'fsck', '--full', '--strict');
});

test('a bundle can be cloned without this project, and names every ref', () => {
  backup('snapshot', 'demo/hello');
  const file = join(folder, 'hello.bundle');
  writeFileSync(file, backup('bundle'));
  git('clone', '--quiet', '--mirror', file, join(folder, 'cloned.git'));
  expect(refsOf('cloned', folder)).toBe(refsOf('demo/hello', data));
});

test('while refs move, come and go, and objects are packed anew, nothing is missing', async () => {
  make('busy', 'refs/heads/main', 'refs/heads/gone');
  const pushing = `
    set -e
    export GIT_DIR='${join(data, 'busy.git')}' GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
    tree=$(git hash-object -t tree -w /dev/null)
    round=0
    while :; do
      round=$((round + 1))
      commit=$(git commit-tree -m "$round" -p refs/heads/main "$tree")
      git update-ref refs/heads/main "$commit"
      git update-ref "refs/heads/load-$((round % 3))" "$commit"
      [ $((round % 4)) != 0 ] || git gc --quiet
      echo "$commit"
    done`;
  const server = spawn('sh', ['-c', pushing], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const acknowledged: string[] = [];
  server.stdout.on('data', (chunk: Buffer) => acknowledged.push(...chunk.toString().trim().split('\n')));
  const acknowledgedNow = async (): Promise<string> => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return acknowledged.at(-1) ?? git(repository('busy'), 'rev-parse', 'refs/heads/main');
  };
  try {
    for (let each = 0; each < 6; each++) {
      const before = await acknowledgedNow();
      const target = restored(`busy-${each}`, 'busy');
      git(repository('busy', target), 'fsck', '--full', '--strict');
      git(repository('busy', target), 'merge-base', '--is-ancestor', before, 'refs/heads/main');
    }
    await acknowledgedNow();
    expect(acknowledged.length).toBeGreaterThan(6);
  } finally {
    process.kill(-(server.pid ?? 0), 'SIGKILL');
  }
}, 60_000);

describe('refused', () => {
  test('a folder that is no repository, and refs that are broken', () => {
    const said = (path: string): string => program('backup-repositories', data, ['snapshot', path]).said;
    mkdirSync(join(data, 'not.git'));
    expect(said('not')).toContain('not.git in the volume of the repositories is no Git repository; move it away');
    make('broken', 'refs/heads/main');
    writeFileSync(join(data, 'broken.git/refs/heads/torn'), '');
    expect(said('broken')).toMatch(/broken\.git is damaged: .*torn/);
    rmSync(join(data, 'broken.git/refs/heads/torn'));
    writeFileSync(join(data, 'broken.git/refs/heads/lost'), `${'1'.repeat(40)}\n`);
    backup('snapshot', 'broken');
    expect(program('backup-repositories', data, ['bundle']).said).toContain('lost');
  });

  test('objects that are missing', () => {
    make('holed', 'refs/heads/main');
    const old = git(repository('holed'), 'rev-parse', 'refs/heads/main');
    const tree = git(repository('holed'), 'rev-parse', 'refs/heads/main^{tree}');
    const young = git(repository('holed'), 'commit-tree', '-m', 'young', '-p', old, tree);
    git(repository('holed'), 'update-ref', 'refs/heads/main', young);
    rmSync(join(data, 'holed.git/objects', old.slice(0, 2), old.slice(2)));
    backup('snapshot', 'holed');
    const { status, said } = program('backup-repositories', data, ['bundle']);
    expect(status).not.toBe(0);
    expect(said).toContain(old);
  });

  test('a volume that is not empty, and one whose refs lead to what is not there', () => {
    expect(program('restore-repositories', data, ['begin']).said).toContain('is not empty');
    const target = join(folder, 'lost');
    mkdirSync(target);
    const restore = (args: readonly string[], input?: Buffer): Output =>
      program('restore-repositories', target, args, input);
    done(restore(['begin']));
    done(restore(['files', 'demo/hello'], backup('files', 'demo/hello')));
    expect(restore(['refs', 'demo/hello'], Buffer.from(`${'1'.repeat(40)} refs/heads/main\n`)).status).not.toBe(0);
    // A server is not to start on it.
    expect(existsSync(join(target, '.restoring'))).toBe(true);
  });
});
