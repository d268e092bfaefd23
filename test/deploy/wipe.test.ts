import { existsSync } from 'node:fs';
import { objectsOfFamily, remove } from '../../scripts/stack/engine-objects';
import { reserve, wipe } from '../../scripts/stack/environments';
import { environmentName, stateFolder } from '../../stacks/settings';
import { succeed } from './support/command';

const NAME = `${environmentName(process.env)}-wipe`;

async function leave(kind: 'network' | 'volume', environment: string): Promise<void> {
  const label = `cdktf-git-topology.environment=${environment}`;
  await succeed('docker', [kind, 'create', '--label', label, `${environment}-left`]);
}

afterAll(async () => {
  await remove(await objectsOfFamily(`${NAME}r`));
});

test('what an interrupted run of any checkout has left goes, and nothing with a similar name', async () => {
  await reserve(NAME);
  await leave('volume', `${NAME}-https-proxy`);
  await leave('network', `${NAME}-https-proxy`);
  await leave('volume', `${NAME}r-https-proxy`);
  await wipe(NAME);
  expect(await objectsOfFamily(NAME)).toEqual([]);
  expect(existsSync(stateFolder(NAME))).toBe(false);
  expect(await objectsOfFamily(`${NAME}r`)).toEqual([{ kind: 'volume', name: `${NAME}r-https-proxy-left` }]);
});
