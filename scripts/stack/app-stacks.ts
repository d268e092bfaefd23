import { App } from 'cdktf';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Environment } from '../../constructs/environment';
import { CONTEXT, declareStacks } from '../../main';
import { BITBUCKET_STACK } from '../../stacks/bitbucket-settings';
import type { DemoStack } from '../../stacks/demo-stack';
import { readSettings, type Settings } from '../../stacks/settings';

/** A stack of main.ts, before anything is synthesised. */
export interface AppStack {
  readonly name: string;
  /** Those that it publishes in the environment without a name and without an offset. */
  readonly ports: readonly number[];
}

/** The stacks of main.ts, declared in this process: their construct trees, of which nothing is synthesised. */
export function declaredStacks(settings: Settings): DemoStack[] {
  // Nothing is written to it, but an App makes its folder.
  const outdir = mkdtempSync(join(tmpdir(), 'declared-'));
  try {
    return declareStacks(new App({ outdir, context: CONTEXT }), settings);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/**
 * The stacks of main.ts, for what must be known of them before an environment has its ports. The one that needs a licence is
 * among them without it, too, because it may have been deployed with one.
 */
export function appStacks(): AppStack[] {
  const settings = readSettings({ ...process.env, ENVIRONMENT: '', PORT_OFFSET: undefined });
  const stacks = declaredStacks(settings).map((stack) => ({
    name: stack.node.id,
    ports: stack.node
      .findAll()
      .filter((construct) => construct instanceof Environment)
      .flatMap((environment) => environment.claimedPorts),
  }));
  return stacks.some(({ name }) => name === BITBUCKET_STACK)
    ? stacks
    : [...stacks, { name: BITBUCKET_STACK, ports: [] }];
}
