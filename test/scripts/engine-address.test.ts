import { createServer, type AddressInfo } from 'node:net';
import { contextProblem, remoteEngine } from '../../scripts/setup/engine-address';
import { forwardSentence, remoteProblems } from '../../scripts/stack/remote-engine';
import type { SynthesisedStack } from '../../scripts/stack/synth';

const stack = (...ports: number[]): SynthesisedStack => ({
  name: 'https-proxy',
  folder: '',
  outputs: {},
  warnings: [],
  resources: { docker_container: { proxy: { ports: ports.map((external) => ({ ip: '127.0.0.1', external })) } } },
});

test.each([
  [undefined],
  [''],
  ['unix:///run/user/1000/docker.sock'],
  ['npipe:////./pipe/docker_engine'],
  ['fd://'],
  ['tcp://127.0.0.1:2375'],
  ['tcp://localhost:2375'],
  ['tcp://[::1]:2375'],
])('DOCKER_HOST %p is an engine of this machine', (DOCKER_HOST) => {
  expect(remoteEngine({ DOCKER_HOST })).toBeUndefined();
});

test.each(['ssh://root@build.example.com', 'tcp://192.0.2.1:2376', 'tcp://docker:2375', 'tcp://[2001:db8::1]:2376'])(
  'DOCKER_HOST %p is one elsewhere',
  (DOCKER_HOST) => {
    expect(remoteEngine({ DOCKER_HOST })?.href).toContain(DOCKER_HOST);
  },
);

test('an engine elsewhere is deployed to where its ports are forwarded, and else refused with the line that forwards them', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: forwarded } = server.address() as AddressInfo;
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port: missing } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const variables = { DOCKER_HOST: 'ssh://me@build.example.com:2222' };
  try {
    expect(await remoteProblems(stack(forwarded), variables)).toEqual([]);
    expect(await remoteProblems(stack(forwarded, missing), variables)).toEqual([
      forwardSentence('https-proxy', new URL(variables.DOCKER_HOST), [missing], '127.0.0.1'),
    ]);
    expect(await remoteProblems(stack(missing), {})).toEqual([]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('the line that forwards', () => {
  expect(forwardSentence('s', new URL('ssh://me@build:2222'), [443, 80], '127.0.0.1')).toMatch(
    /: ssh -N -L 127\.0\.0\.1:443:127\.0\.0\.1:443 -L 127\.0\.0\.1:80:127\.0\.0\.1:80 -p 2222 me@build$/,
  );
  expect(forwardSentence('s', new URL('tcp://[2001:db8::1]:2376'), [443], '::1')).toMatch(
    /: ssh -N -L \[::1\]:443:\[::1\]:443 2001:db8::1$/,
  );
});

test('an address of the engine that no name leads to is refused', async () => {
  const problems = await remoteProblems(stack(1), { DOCKER_HOST: 'ssh://build', BIND_ADDRESS: '0.0.0.0' });
  expect(problems).toEqual([
    'BIND_ADDRESS: 0.0.0.0 of the engine at ssh://build, where no name of https-proxy leads; unset it, and forward the ports to this machine.',
  ]);
});

test('a context is refused, because only one of the two clients follows it', () => {
  const socket = 'unix:///var/run/docker.sock';
  expect(contextProblem(socket, {})).toBeUndefined();
  expect(contextProblem('ssh://build', { DOCKER_HOST: 'ssh://build' })).toBeUndefined();
  expect(contextProblem('ssh://build', {})).toMatch(
    /goes to ssh:\/\/build by a context.*write DOCKER_HOST=ssh:\/\/build/,
  );
  expect(contextProblem(socket, { DOCKER_CONTEXT: 'default' })).toMatch(/unset DOCKER_CONTEXT/);
});
