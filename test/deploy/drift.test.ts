import { npmRun, succeed } from './support/command';
import { Stack } from './support/stack';

/** A base of another name makes tags of images that nothing else has, from layers that are there. */
const BASE = 'cdktf-git-topology-drift-test:base';
const before = process.env.BASE_IMAGE;
const stack = new Stack('http-direct');

const docker = (...args: readonly string[]): Promise<string> => succeed('docker', args);
const network = (name: string): string => stack.container(name);
const imageOf = async (service: string): Promise<string> =>
  (await docker('inspect', '--format', '{{.Config.Image}}', stack.container(service))).trim();
const driftLines = (output: string): string[] => output.split('\n').filter((line) => line.startsWith('Drift: '));

async function up(): Promise<void> {
  const { status, output } = await npmRun('up', stack.name);
  expect(output).not.toMatch(/^FAIL/m);
  expect(status).toBe(0);
}

async function expectNoDrift(): Promise<void> {
  const { status, output } = await npmRun('plan', stack.name);
  expect(driftLines(output)).toEqual([]);
  expect({ status, output }).toMatchObject({ status: 0 });
}

beforeAll(async () => {
  await docker('tag', before ?? 'debian:trixie-slim', BASE);
  process.env.BASE_IMAGE = BASE;
  expect((await npmRun('down', stack.name)).status).toBe(0);
  await up();
});

afterAll(async () => {
  const images = await Promise.all(['git', 'git-ssh', 'ldap', 'git-loader'].map(imageOf));
  expect((await npmRun('down', stack.name)).status).toBe(0);
  await docker('rmi', ...new Set(images), BASE);
  if (before === undefined) delete process.env.BASE_IMAGE;
  else process.env.BASE_IMAGE = before;
});

test('what was just deployed differs in nothing', expectNoDrift);

test('plan names what is stopped, removed, of another image and on other networks; up mends it, with its data', async () => {
  const volumes = (await stack.onEngine()).filter((name) => /-(data|files|access)$/.test(name));
  const mounts = volumes.flatMap((name) => ['--volume', `${name}:/volumes/${name}`]);
  // Of their folders: another volume of the same name has others.
  const identities = (): Promise<string> =>
    docker('run', '--rm', ...mounts, BASE, 'sh', '-c', 'stat -c "%n %i %W" /volumes/*');
  const before = await identities();
  const image = await imageOf('git-ssh');
  await docker('tag', BASE, image);
  await docker('stop', '--time', '10', stack.container('ldap'));
  await docker('network', 'disconnect', network('directory'), stack.container('git'));
  await docker('rm', '--force', stack.container('git-ssh'));
  const movedTag = expect.stringMatching(
    new RegExp(`^Drift: ${image} leads to the image \\w{12}, and \\w{12} was built under this name$`),
  ) as string;
  const { status, output } = await npmRun('plan', stack.name);
  expect(driftLines(output)).toEqual([
    movedTag,
    `Drift: ${stack.container('git')} is not connected to the network ${network('directory')}`,
    `Drift: ${stack.container('git-ssh')} was removed`,
    `Drift: ${stack.container('ldap')} is stopped`,
  ]);
  expect(status).toBe(2);

  await docker('run', '--detach', '--name', stack.container('git-ssh'), BASE, 'sleep', '1000');
  await docker('network', 'connect', network('front'), stack.container('ldap'));
  const more = await npmRun('plan', stack.name);
  expect(driftLines(more.output)).toEqual([
    movedTag,
    `Drift: ${stack.container('git')} is not connected to the network ${network('directory')}`,
    `Drift: ${stack.container('git-ssh')} is another container than the one that was deployed`,
    `Drift: ${stack.container('ldap')} is stopped`,
    `Drift: ${stack.container('ldap')} is connected to the network ${network('front')}, too`,
  ]);
  expect(more.status).toBe(2);

  await up();
  await expectNoDrift();
  expect(await identities()).toBe(before);
  // It was built anew: what the container runs is no base without a program in it.
  expect(await docker('inspect', '--format', '{{.Image}}', stack.container('git-ssh'))).toBe(
    await docker('image', 'inspect', '--format', '{{.Id}}', image),
  );
});

test('verify names files that were edited, removed, added or given away, and shows neither secrets nor hashes of them', async () => {
  const inVolume = (service: string, ...programs: readonly string[]): Promise<string> => {
    const volume = `${stack.container(service)}-files:/files`;
    return docker(
      'run',
      '--rm',
      '--volume',
      volume,
      BASE,
      'sh',
      '-c',
      ['cd /files/current/', ...programs].join(' && '),
    );
  };
  await inVolume(
    'git',
    ...['echo "<!-- -->" >> web.xml', 'printf "%s" guessed > directories/1/password', 'rm cgitrc'],
    ...['echo x > readme/added', 'chmod 0666 gitconfig', 'chown 0:0 repositories.tsv'],
  );
  await inVolume('ldap', 'chown 0:0 accounts/0001/password');
  const { status, output } = await npmRun('verify', stack.name);
  const lines = output.split('\n').filter((line) => / files of /.test(line));
  const anew = (service: string): string =>
    `. docker rm ${stack.container(service)}-loader, and the next deploy writes them anew`;
  const wanted = [
    [
      ...['cgitrc is missing', 'directories/1/password has another content', 'gitconfig has mode 666 instead of 644'],
      ...['repositories.tsv belongs to 0:0 instead of 10001:10001', 'web.xml has another content'],
      `readme/added was added${anew('git')}`,
    ],
    [
      'accounts/0001/password belongs to 0:0 instead of 10002:10002',
      `accounts/0001/password cannot be read by the service${anew('ldap')}`,
    ],
  ];
  expect(
    lines.filter((line) => line.startsWith('FAIL')).map((line) => line.replace(/^.*? are as they were deployed: /, '')),
  ).toEqual(wanted.map((problems) => problems.join('; ')));
  expect(lines.filter((line) => line.startsWith('pass'))).toHaveLength(1);
  expect(status).toBe(1);
  expect(output).not.toMatch(/[0-9a-f]{32}/);
  expect(output).not.toContain('guessed');
  expect(output).not.toContain(stack.credentials.ldap.password);

  await docker('rm', `${stack.container('git')}-loader`, `${stack.container('ldap')}-loader`);
  await up();
});
