import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PROJECT } from '../../stacks/settings';

/** What is wrong with the shell scripts of a folder, a line each. */
export function shellProblems(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile() && readFileSync(file, 'utf8').startsWith('#!/bin/sh'))
    .flatMap(problemsOf);
}

function problemsOf(file: string): string[] {
  const { status, stderr } = spawnSync('sh', ['-n', file], { encoding: 'utf8' });
  const problems = status === 0 ? [] : [stderr.trim()];
  if (!/^set -e?u/m.test(readFileSync(file, 'utf8'))) problems.push(`${relative(PROJECT, file)}: set -u is missing`);
  return problems;
}
