import { driftLine, driftOf, type Engine, type EngineContainer } from '../../scripts/stack/drift';
import { newImages } from '../../scripts/stack/images';
import { parseState, type State } from '../../scripts/stack/state';

const BUILT = { name: 'p/proxy:1', image_id: 'sha256:aaaaaaaaaaaaaaaa', build: [{ context: 'images/proxy' }] };
const PULLED = { name: 'registry.example.com/git:2', image_id: 'sha256:bbbbbbbbbbbbbbbb', build: [] };

const PROXY = {
  id: 'id-proxy',
  name: 'e-proxy',
  image: BUILT.name,
  must_run: true,
  networks_advanced: [{ name: 'e-front', aliases: ['proxy'], ipv4_address: '172.30.0.2' }],
};
const GIT = {
  id: 'id-git',
  name: 'e-git',
  image: PULLED.name,
  must_run: true,
  networks_advanced: [
    { name: 'e-front', aliases: ['git'], ipv4_address: '' },
    { name: 'e-directory', aliases: ['git'], ipv4_address: '' },
  ],
};
const LOADER = { id: 'id-loader', name: 'e-proxy-loader', image: BUILT.name, must_run: false, networks_advanced: [] };

function state(): State {
  const resource = (type: string, name: string, attributes: unknown): unknown => ({
    type,
    name,
    instances: [{ attributes }],
  });
  return parseState(
    JSON.stringify({
      resources: [
        resource('docker_image', 'proxy_image', BUILT),
        resource('docker_image', 'git_image', PULLED),
        resource('docker_container', 'proxy', PROXY),
        resource('docker_container', 'git', GIT),
        resource('docker_container', 'loader', LOADER),
        resource('docker_network', 'front', { name: 'e-front' }),
      ],
    }),
  );
}

const attached = (alias: string, address?: string): Record<string, unknown> => ({
  Aliases: [alias, 'short-id'],
  IPAMConfig: address === undefined ? {} : { IPv4Address: address },
});
const container = (Name: string, changed: Partial<Record<keyof EngineContainer, unknown>>): EngineContainer =>
  ({ Name: `/${Name}`, State: { Running: true, Paused: false }, ...changed }) as EngineContainer;

const proxy = (changed: Partial<Record<keyof EngineContainer, unknown>> = {}): EngineContainer =>
  container('e-proxy', {
    Id: 'id-proxy',
    Image: BUILT.image_id,
    NetworkSettings: { Networks: { 'e-front': attached('proxy', '172.30.0.2') } },
    ...changed,
  });
const git = (changed: Partial<Record<keyof EngineContainer, unknown>> = {}): EngineContainer =>
  container('e-git', {
    Id: 'id-git',
    Image: PULLED.image_id,
    NetworkSettings: { Networks: { 'e-front': attached('git'), 'e-directory': attached('git') } },
    ...changed,
  });
const loader = container('e-proxy-loader', {
  Id: 'id-loader',
  Image: BUILT.image_id,
  State: { Running: false, Paused: false },
  NetworkSettings: { Networks: { none: {} } },
});

const IMAGES = new Map([
  [BUILT.name, BUILT.image_id],
  [PULLED.name, PULLED.image_id],
]);
function found(containers: readonly EngineContainer[], imageIds: Engine['imageIds'] = IMAGES): string[] {
  return driftOf(state(), { containers, imageIds }).map(
    (difference) => `${difference.address}: ${driftLine(difference)} (${difference.mend})`,
  );
}

test('images that a deploy has to pull or build: those of another name, and new ones', () => {
  const image = (name: string): Record<string, unknown> => ({ name });
  const resources = {
    docker_image: {
      proxy_image: image(BUILT.name),
      git_image: image('registry.example.com/git:3'),
      new_image: image('x:1'),
    },
  };
  expect(newImages({ resources }, state())).toEqual(['docker_image.git_image', 'docker_image.new_image']);
  expect(newImages({ resources: {} }, state())).toEqual([]);
  expect(newImages({ resources }, parseState(''))).toEqual([]);
});

test('what is as it was deployed, and a loader that has ended, differ in nothing', () => {
  expect(found([proxy(), git(), loader])).toEqual([]);
  expect(driftOf(parseState(''), { containers: [], imageIds: new Map() })).toEqual([]);
});

test('removed, and made anew by hand', () => {
  expect(found([proxy({ Id: 'other' }), loader])).toEqual([
    'docker_container.proxy: e-proxy is another container than the one that was deployed (remove)',
    'docker_container.git: e-git was removed (deploy)',
  ]);
});

test('stopped and paused', () => {
  const stopped = { State: { Running: false, Paused: false } };
  expect(found([proxy(stopped), git({ State: { Running: true, Paused: true } }), loader])).toEqual([
    'docker_container.proxy: e-proxy is stopped (start)',
    'docker_container.git: e-git is paused (unpause)',
  ]);
});

test('networks: disconnected, connected to more, without its name, without its fixed address', () => {
  const networks = (Networks: Record<string, unknown> | null): Partial<Record<keyof EngineContainer, unknown>> => ({
    NetworkSettings: { Networks },
  });
  expect(found([proxy(networks(null)), git(networks({ 'e-front': attached('git'), other: {} })), loader])).toEqual([
    'docker_container.proxy: e-proxy is not connected to the network e-front (replace)',
    'docker_container.git: e-git is not connected to the network e-directory (replace)',
    'docker_container.git: e-git is connected to the network other, too (replace)',
  ]);
  expect(found([proxy(networks({ 'e-front': { Aliases: null, IPAMConfig: null } })), git(), loader])).toEqual([
    'docker_container.proxy: e-proxy is not proxy on the network e-front (replace)',
    'docker_container.proxy: e-proxy has not the fixed address 172.30.0.2 on the network e-front (replace)',
  ]);
});

test('a container that runs another image than the one that was built or that its name leads to', () => {
  expect(found([proxy({ Image: 'sha256:cccccccccccccccc' }), git(), loader])).toEqual([
    'docker_container.proxy: e-proxy runs the image cccccccccccc instead of p/proxy:1, which is aaaaaaaaaaaa (replace)',
  ]);
  expect(found([proxy(), git(), loader], new Map([...IMAGES, [PULLED.name, 'sha256:dddddddddddddddd']]))).toEqual([
    'docker_container.git: e-git runs the image bbbbbbbbbbbb instead of registry.example.com/git:2, which is dddddddddddd (replace)',
  ]);
});

test('an image whose tag leads elsewhere, or is gone', () => {
  expect(found([proxy(), git(), loader], new Map([...IMAGES, [BUILT.name, 'sha256:eeeeeeeeeeeeeeee']]))).toEqual([
    'docker_image.proxy_image: p/proxy:1 leads to the image eeeeeeeeeeee, and aaaaaaaaaaaa was built under this name (replace)',
  ]);
  expect(found([proxy(), git(), loader], new Map([[BUILT.name, BUILT.image_id]]))).toEqual([
    'docker_image.git_image: registry.example.com/git:2 is not on the engine any more (deploy)',
  ]);
});
