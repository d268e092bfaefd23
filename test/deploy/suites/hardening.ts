import { App, TerraformStack } from 'cdktf';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { violationsOf } from '../../../constructs/hardening/assert-hardening';
import { stackContainers } from '../../../constructs/hardening/stack-containers';
import { CONTEXT, declareStacks } from '../../../main';
import { readSettings } from '../../../stacks/settings';
import { succeed } from '../support/command';
import { inspectContainers, type InspectedContainer } from '../support/inspected-container';
import type { Stack } from '../support/stack';

/** What the engine has is what the checks at synth were told. */
export function hardening(stack: Stack): void {
  const running = async (): Promise<InspectedContainer[]> => {
    const format = ['--all', '--format', '{{.Names}}', '--filter', `name=^${stack.container('')}`];
    return inspectContainers((await succeed('docker', ['ps', ...format])).trim().split('\n'));
  };

  test('containers break no check but those that their declaration is excepted from', async () => {
    const outdir = mkdtempSync(join(tmpdir(), 'hardening-'));
    const declared = declareStacks(new App({ context: CONTEXT, outdir }), readSettings(process.env)).find(
      (each) => each.node.id === stack.name,
    );
    const containers = stackContainers(TerraformStack.of(declared ?? new App()));
    rmSync(outdir, { recursive: true });
    const checks = (settings: Parameters<typeof violationsOf>[0]): string[] =>
      violationsOf(settings).map(({ check }) => check);
    const found = Object.fromEntries((await running()).map(({ name, settings }) => [name, checks(settings)]));
    expect(found).toEqual(
      Object.fromEntries(containers.map(({ settings }) => [settings.text('name'), checks(settings)])),
    );
    expect(Object.keys(found).length).toBeGreaterThanOrEqual(6);
  });

  test("no container has the host's name (CIS 5.21), and no image a setuid program (CIS 4.8)", async () => {
    const containers = await running();
    expect(containers.map(({ utsMode }) => utsMode)).toEqual(containers.map(() => ''));
    for (const image of new Set(containers.map((container) => container.image))) {
      const find = ['--entrypoint', 'find', image, '/', '-xdev', '-type', 'f', '-perm', '/6000'];
      expect([image, await succeed('docker', ['run', '--rm', '--user', '0', '--network', 'none', ...find])]).toEqual([
        image,
        '',
      ]);
    }
  });
}
