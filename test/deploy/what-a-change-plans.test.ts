import type { GitTopologyProps } from '../../constructs/topology';
import { changedTopology, CHANGES, KEPT } from '../support/changed-topology';
import { AdHocStack, type Build } from './support/ad-hoc-stack';
import type { Construct } from 'constructs';

const stack = new AdHocStack('changes');

function topology(change: (scope: Construct) => Partial<GitTopologyProps> = () => ({})): Build {
  return (scope, settings) => {
    changedTopology(scope, settings.environment(0), (index) => settings.port(index), change(scope));
    return {};
  };
}

/** What Terraform would do to what no change may replace. */
async function plannedOfKept(build: Build): Promise<string[]> {
  return (await stack.plan(build)).filter((line) => {
    const [type = '', id = ''] = (line.split(' ')[0] ?? '').split('.');
    return KEPT[type]?.test(id) === true;
  });
}

afterAll(() => stack.destroy());

test('a first deploy makes volumes, passwords and keys: the plan is read right', async () => {
  const planned = await plannedOfKept(topology());
  expect(planned.every((line) => line.endsWith(' will be created'))).toBe(true);
  for (const type of Object.keys(KEPT)) expect(planned.join()).toContain(type);
});

// Against what is deployed.
if (process.env.TEST_SCALE === 'full') {
  test('no change of image, certificate, proxy, repositories or protection plans anything for them', async () => {
    await stack.apply(topology());
    for (const [what, change] of Object.entries(CHANGES)) {
      expect([what, await plannedOfKept(topology(change))]).toEqual([what, []]);
    }
  });

  test('a change that would is seen', async () => {
    const renamed = topology(() => ({ name: 'another-name' }));
    expect((await plannedOfKept(renamed)).join('\n')).toMatch(/docker_volume\.\S+ must be replaced/);
  });
}
