import { npmRun, succeed } from './support/command';
import { Stack } from './support/stack';

const stack = new Stack('http-direct');

function set(value: string | undefined): void {
  if (value === undefined) delete process.env.PROTECT_DATA;
  else process.env.PROTECT_DATA = value;
}

const onEngine = async (): Promise<string> =>
  succeed('docker', ['ps', '--all', '--quiet', '--no-trunc', '--filter', `name=^${stack.container('')}`]);

beforeAll(async () => {
  expect((await npmRun('down', '--delete-data', stack.name)).status).toBe(0);
});
afterAll(async () => {
  set(undefined);
  await npmRun('down', '--delete-data', stack.name);
});

test('protected data: down and a deploy that ends the protection unasked are refused, and nothing is touched', async () => {
  set('1');
  expect(await npmRun('up', stack.name)).toMatchObject({ status: 0 });
  const before = await onEngine();
  expect(await npmRun('down', stack.name)).toMatchObject({
    status: 1,
    output: expect.stringContaining(
      `${stack.name}: its data is protected (protectData), and nothing was changed. To delete it for good: npm run down -- --delete-data ${stack.name}`,
    ) as string,
  });
  set(undefined);
  const unaware = await npmRun('down', stack.name);
  expect(unaware.output).toContain('its data is protected');
  expect(unaware.status).toBe(1);
  const deploy = await npmRun('up', stack.name);
  expect(deploy.output).toContain('Set PROTECT_DATA=1 to keep it protected, or PROTECT_DATA=0 to end that.');
  expect(deploy.status).toBe(1);
  expect(await onEngine()).toBe(before);
});

test('turning it off plans no replacement', async () => {
  set('0');
  const { output } = await npmRun('plan', stack.name);
  expect(output).toContain('protect_data');
  expect(output).not.toMatch(/must be replaced|will be (destroyed|updated|created)/);
});

test('what was deployed with it refuses Terraform, too; --delete-data deletes all', async () => {
  set('1');
  const plain = await npmRun('plan', stack.name);
  expect(plain).toMatchObject({ status: 0 });
  const deleted = await npmRun('down', '--delete-data', stack.name);
  expect(deleted).toMatchObject({ status: 0 });
  expect(await stack.onEngine()).toEqual([]);
});
