import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PROJECT } from '../../stacks/settings';

interface Rule {
  readonly says: string;
  readonly isBroken: (instructions: readonly string[]) => boolean;
}

/** What scanners of Dockerfiles (hadolint, trivy, checkov) agree on, as far as it applies to images built from here. */
const RULES: readonly Rule[] = [
  { says: 'COPY, not ADD', isBroken: (lines) => lines.some((line) => /^ADD\b/i.test(line)) },
  { says: 'no MAINTAINER', isBroken: (lines) => lines.some((line) => /^MAINTAINER\b/i.test(line)) },
  { says: 'no sudo', isBroken: (lines) => lines.some((line) => /\bsudo\b/.test(line)) },
  { says: 'every FROM names BASE_IMAGE or an earlier stage', isBroken: hasForeignBase },
  {
    says: 'apt-get install with --no-install-recommends and without lists left behind',
    isBroken: (lines) =>
      lines.some(
        (line) =>
          /apt-get .*install/.test(line) &&
          !(/--no-install-recommends/.test(line) && /rm -rf \/var\/lib\/apt\/lists/.test(line)),
      ),
  },
  {
    says: 'no secrets in ARG or ENV',
    isBroken: (lines) => lines.some((line) => /^(ARG|ENV)\b.*(PASSWORD|SECRET|TOKEN|KEY)\b/i.test(line)),
  },
  {
    says: 'ENTRYPOINT and CMD as JSON arrays',
    isBroken: (lines) => lines.some((line) => /^(ENTRYPOINT|CMD)\s+[^[\s]/.test(line)),
  },
];

/** What is wrong with one image's folder, a line each. */
export function imageProblems(folder: string): string[] {
  const dockerfile = join(folder, 'Dockerfile');
  const instructions = instructionsOf(readFileSync(dockerfile, 'utf8'));
  const broken = RULES.filter((rule) => rule.isBroken(instructions)).map(
    (rule) => `${relative(PROJECT, dockerfile)}: ${rule.says}`,
  );
  return [...broken, ...shellScripts(folder).flatMap(shellProblems)];
}

/** One line for each instruction, with continued lines joined and comments left out. */
function instructionsOf(text: string): string[] {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function hasForeignBase(lines: readonly string[]): boolean {
  const stages = lines.flatMap((line) => /^FROM .* AS (\S+)$/i.exec(line)?.[1] ?? []);
  return lines.some((line) => {
    const base = /^FROM (\S+)/i.exec(line)?.[1];
    return base !== undefined && base !== '${BASE_IMAGE}' && !stages.includes(base);
  });
}

function shellScripts(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile() && readFileSync(file, 'utf8').startsWith('#!/bin/sh'));
}

function shellProblems(file: string): string[] {
  const { status, stderr } = spawnSync('sh', ['-n', file], { encoding: 'utf8' });
  const problems = status === 0 ? [] : [stderr.trim()];
  if (!/^set -e?u/m.test(readFileSync(file, 'utf8'))) problems.push(`${relative(PROJECT, file)}: set -u is missing`);
  return problems;
}
