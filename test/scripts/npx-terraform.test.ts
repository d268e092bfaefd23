import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putTerraformOnNpxPath } from '../../scripts/setup/npx-terraform';

let folder = '';
const entry = (): string => join(folder, 'terraform');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "set-up's "));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(): void {
  const binary = join(folder, 'tofu');
  writeFileSync(binary, '#!/bin/sh\necho "$@|${TF_CLI_CONFIG_FILE-unset}"\n', { mode: 0o755 });
  putTerraformOnNpxPath(binary, folder);
}

function call(args: string[], config: string): string {
  const env = { ...process.env, TF_CLI_CONFIG_FILE: config };
  return execFileSync(entry(), args, { cwd: folder, env, encoding: 'utf8' }).trim();
}

test('runs the binary with its arguments, from a folder of any name', () => {
  put();
  expect(call(['output', '-json', 'a b'], '/dev/null')).toBe('output -json a b|/dev/null');
});

test('a configuration file that is not there is not passed on', () => {
  put();
  expect(call(['version'], join(folder, 'missing'))).toBe('version|unset');
});

test('`providers lock` asks no registry where the mirror is linked', () => {
  put();
  expect(call(['providers', 'lock'], '/dev/null')).toBe('providers lock|/dev/null');
  mkdirSync(join(folder, 'terraform.d'));
  symlinkSync(folder, join(folder, 'terraform.d/plugins'));
  expect(call(['providers', 'lock'], '/dev/null')).toBe('');
});

test('takes its own entry away, and nobody else’s', () => {
  put();
  putTerraformOnNpxPath(undefined, folder);
  expect(existsSync(entry())).toBe(false);
  writeFileSync(entry(), 'something else');
  putTerraformOnNpxPath(undefined, folder);
  expect(existsSync(entry())).toBe(true);
});
