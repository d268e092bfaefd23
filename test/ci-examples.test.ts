import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentName, PROJECT } from '../stacks/settings';
import { readTtl } from '../scripts/stack/expiry';

const text = readFileSync(join(PROJECT, 'docs/ci.md'), 'utf8');
const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => load(yaml) as Workflow);
const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** As much as is looked at of GitHub's and GitLab's. */
interface Workflow extends Readonly<Record<string, unknown>> {
  readonly on?: unknown;
  readonly jobs?: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}

/** Every text in it, however deep. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(texts);
}

test('the examples are YAML: three workflows of GitHub, one of GitLab', () => {
  expect(examples.map(({ jobs, stages }) => [jobs !== undefined, stages !== undefined])).toEqual([
    [true, false],
    [true, false],
    [true, false],
    [false, true],
  ]);
  for (const { on, jobs, name } of examples.slice(0, 3)) expect([on, jobs, name]).not.toContain(undefined);
});

test('their commands are those of package.json', () => {
  const commands = examples
    .flatMap(texts)
    .flatMap((line) => [...line.matchAll(/npm run (\S+)/g)].map(([, name]) => name));
  expect(new Set(commands)).toEqual(new Set(['lint', 'test:unit', 'up', 'down', 'sweep', 'ls']));
  for (const command of commands) expect(scripts).toHaveProperty([command ?? '']);
});

test('each has what is asked of it: tests without an engine, a deploy that expires, its end, a sweep', () => {
  const commandsOf = (workflow: Workflow | undefined, job: string): string =>
    texts(workflow?.jobs?.[job] ?? workflow?.[job]).join('\n');
  const [pullRequest, sweep, , gitlab] = examples;
  expect(pullRequest?.on).toEqual({ pull_request: { types: ['opened', 'synchronize', 'reopened', 'closed'] } });
  expect(sweep?.on).toMatchObject({ schedule: [{ cron: expect.stringMatching(/^\S+ \S+ \S+ \S+ \S+$/) as unknown }] });
  for (const workflow of [pullRequest, gitlab]) {
    expect(commandsOf(workflow, 'test')).toMatch(/npm run test:unit/);
    expect(commandsOf(workflow, 'test')).not.toMatch(/npm run up/);
    expect(commandsOf(workflow, 'deploy')).toMatch(/npm run up/);
    expect(commandsOf(workflow, 'destroy')).toMatch(/npm run down -- --all/);
  }
  expect([commandsOf(sweep, 'sweep'), commandsOf(gitlab, 'sweep')].every((job) => job.includes('npm run sweep'))).toBe(
    true,
  );
});

test('names and expiries in them are taken by the commands', () => {
  const ttls = [...text.matchAll(/^ +TTL: (\S+)$/gm)].map(([, ttl]) => readTtl({ TTL: ttl }).kind);
  expect(ttls).toEqual(['for', 'for']);
  const names = [...text.matchAll(/^ +ENVIRONMENT: (\w+-)\$/gm)].map(([, prefix = '']) => `${prefix}12345`);
  expect(names.map((ENVIRONMENT) => environmentName({ ENVIRONMENT }))).toEqual(['pr-12345', 'mr-12345']);
});
