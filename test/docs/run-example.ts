import { transformSync } from '@swc/core';
import { Testing, TerraformStack } from 'cdktf';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as library from '../../constructs';
import { PROJECT } from '../../stacks/settings';
import { TestCertificate } from '../support/test-certificates';
import type { Example } from './examples';

/** What came of an example. */
export interface Run {
  readonly printed: readonly string[];
  /** Names of the stacks that it synthesised. */
  readonly stacks: readonly string[];
  /** The content of every file that its services get. */
  readonly files: readonly string[];
}

const CA = TestCertificate.root();
const SERVER = CA.issue({ names: 'DNS:git.example.com' });

/** The files that examples may read, beside the demo directory. */
const FILES: Readonly<Record<string, string>> = {
  'ca.pem': CA.certificatePem,
  'server.crt': SERVER.certificatePem,
  'server.key': SERVER.keyPem,
  password: 'a-long-random-password',
  'licence.txt': 'the text of a licence',
  'acme.schema': "attributetype ( 1.3.6.1.4.1.99999.1 NAME 'acmeBadge' SUP name )\n",
};

/** Runs an example in a folder of its own, as its reader would, and synthesises what it makes. */
export function runExample(example: Example): Run {
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  const before = { folder: process.cwd(), outdir: process.env.CDKTF_OUTDIR };
  try {
    for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content);
    cpSync(join(PROJECT, 'directory.ldif'), join(folder, 'directory.ldif'));
    process.chdir(folder);
    process.env.CDKTF_OUTDIR = join(folder, 'cdktf.out');
    return run(example, folder);
  } finally {
    process.chdir(before.folder);
    if (before.outdir === undefined) delete process.env.CDKTF_OUTDIR;
    else process.env.CDKTF_OUTDIR = before.outdir;
    rmSync(folder, { recursive: true });
  }
}

function run(example: Example, folder: string): Run {
  const printed: string[] = [];
  const exported = evaluate(example, (text) => void printed.push(text));
  const programs = programStacks(folder);
  const parts = Object.entries(exported).map(([name, value]) => synthesised(name, value));
  const texts = [...Object.values(programs), ...parts];
  if (texts.length === 0 && !example.code.includes('Testing.synth(')) {
    throw new Error(`${example.name}: it neither calls app.synth() nor exports anything`);
  }
  return { printed, stacks: Object.keys(programs), files: texts.flatMap(filesOf) };
}

function evaluate({ code, name }: Example, print: (text: string) => void): Readonly<Record<string, unknown>> {
  const { code: script } = transformSync(code, {
    filename: `${name}.ts`,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const exported: Record<string, unknown> = {};
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what `import` has become
  const load = (module: string): unknown => (module === 'cdktf-git-topology' ? library : require(module));
  const log = (...values: unknown[]): void => print(values.join(' '));
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- a block of our own pages
  new Function('exports', 'require', 'console', script)(exported, load, { log });
  return exported;
}

/** The JSON of each stack that a program has synthesised, by name. */
function programStacks(folder: string): Readonly<Record<string, string>> {
  const stacks = join(folder, 'cdktf.out', 'stacks');
  if (!existsSync(stacks)) return {};
  return Object.fromEntries(
    readdirSync(stacks).map((name) => [name, readFileSync(join(stacks, name, 'cdk.tf.json'), 'utf8')]),
  );
}

/** The JSON of a stack with what an example exports: a function fills an environment, a directory is asked by a Git server. */
function synthesised(name: string, value: unknown): string {
  const stack = new TerraformStack(Testing.app(), 'example');
  const env = new library.Environment(stack, 'env', { name: 'example' });
  if (typeof value === 'function') (value as (env: library.Environment) => void)(env);
  else if (value instanceof library.LdapDirectory) askedByServer(env, value);
  else throw new Error(`export ${name}: write a function of an Environment, or an LdapDirectory`);
  Testing.synth(stack, true);
  return JSON.stringify(stack.toTerraform());
}

function askedByServer(env: library.Environment, directory: library.LdapDirectory): void {
  new library.TomcatGitServer(env, 'git', {
    access: library.Access.direct(library.PublicUrl.http('git.localhost', { port: 7990 })),
    directories: [directory],
  });
}

interface Uploads {
  readonly resource?: {
    readonly docker_container?: Readonly<
      Record<string, { readonly upload?: readonly { readonly content?: string }[] }>
    >;
  };
}

/** As they arrive: Terraform's escapes undone. */
function filesOf(json: string): string[] {
  const containers = Object.values((JSON.parse(json) as Uploads).resource?.docker_container ?? {});
  return containers
    .flatMap(({ upload = [] }) => upload)
    .flatMap(({ content = '' }) => content.replaceAll('$${', '${').replaceAll('%%{', '%{'));
}
