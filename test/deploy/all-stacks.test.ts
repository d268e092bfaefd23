import { App } from 'cdktf';
import { CONTEXT, declareStacks } from '../../main';
import { readSettings } from '../../stacks/settings';
import { accessLogs } from './suites/access-log';
import { attacksOverHttp } from './suites/attacks-http';
import { cloneAndPush } from './suites/clone-and-push';
import { conformance } from './suites/conformance';
import { baseUrlEndpoint, ldapEndpoint, testssl } from './suites/testssl';
import { tls } from './suites/tls';
import { urls } from './suites/urls';
import { npmRun, succeed } from './support/command';
import { Stack } from './support/stack';

/** What people are told that each stack is reached at, before ports are shifted. */
const BASE_URLS: Readonly<Record<string, string>> = {
  'https-proxy': 'https://git.localhost',
  'https-proxy-nginx': 'https://git.localhost:8443/git',
  'http-proxy': 'http://git-http.localhost:8080',
  'http-proxy-nginx': 'http://git-http.localhost:8081',
  'https-direct': 'https://git.localhost:7443',
  'http-direct': 'http://git-http.localhost:7990',
};

const names = Object.keys(BASE_URLS);
const stacks = names.map((name) => new Stack(name));

async function containers(): Promise<string[]> {
  const ids = stacks.map((stack) =>
    succeed('docker', ['ps', '--all', '--quiet', '--no-trunc', '--filter', `name=^${stack.container('')}`]),
  );
  return (await Promise.all(ids)).flatMap((list) => list.trim().split('\n')).sort();
}

describe('all stacks at once', () => {
  beforeAll(async () => {
    const { status, output } = await npmRun('down', ...names);
    if (status !== 0) throw new Error(output);
  });

  test('main.ts has these stacks', () => {
    const declared = declareStacks(new App({ context: CONTEXT }), readSettings({}));
    expect(declared.map((stack) => stack.node.id).sort()).toEqual([...names].sort());
  });

  test('up deploys and verifies them', async () => {
    const { status, output } = await npmRun('up', ...names);
    expect(output).not.toMatch(/^FAIL/m);
    expect(status).toBe(0);
    for (const stack of stacks) expect(output).toContain(stack.outputs.base_url);
  });

  test('a second up changes nothing: containers, certificates and keys are the same', async () => {
    const before = await containers();
    const kept = (): unknown[] =>
      stacks.map((stack) => [stack.outputs, ...['ca.pem', 'known_hosts'].map((file) => stack.read(file))]);
    const files = kept();
    expect((await npmRun('up', ...names)).status).toBe(0);
    expect(await containers()).toEqual(before);
    expect(kept()).toEqual(files);
    expect((await npmRun('plan', ...names)).status).toBe(0);
  });

  describe.each(names)('%s', (name) => {
    const stack = new Stack(name);

    test('has the base URL that is written down, and verify is green', async () => {
      const { environment, portOffset } = readSettings(process.env);
      const wanted = new URL(BASE_URLS[name] ?? '');
      const port = Number(wanted.port) || (wanted.protocol === 'https:' ? 443 : 80);
      wanted.hostname = `${environment}.${wanted.hostname}`;
      wanted.port = String(port + portOffset);
      expect(`${stack.outputs.base_url}/`).toBe(wanted.href.replace(/\/?$/, '/'));
      const { status, output } = await npmRun('verify', name);
      expect(output).not.toMatch(/^FAIL/m);
      expect(status).toBe(0);
    });

    describe('URLs', () => urls(stack));
    describe('git', () => cloneAndPush(stack));
    describe('access logs', () => accessLogs(stack, name.endsWith('-direct') ? ['git'] : ['proxy']));
    const front = name.endsWith('-direct') ? 'direct' : 'proxy';
    describe('HTTP', () => conformance(stack, front));
    // One of each kind of front is enough for the short run.
    if (process.env.TEST_SCALE === 'full' || ['https-proxy', 'https-proxy-nginx', 'https-direct'].includes(name)) {
      describe('attacks', () => attacksOverHttp(stack, front));
    }
    if (BASE_URLS[name]?.startsWith('https:') === true) describe('TLS', () => tls(stack));
  });

  // Minutes for each endpoint.
  if (process.env.TEST_SCALE === 'full') {
    const https = stacks.filter(({ name }) => BASE_URLS[name]?.startsWith('https:'));
    for (const stack of https) testssl(stack.name, () => baseUrlEndpoint(stack));
    testssl('the directory', () => ldapEndpoint(new Stack('https-proxy')));
  }

  test('down leaves nothing of any of them', async () => {
    expect((await npmRun('down', ...names)).status).toBe(0);
    for (const stack of stacks) expect(await stack.onEngine()).toEqual([]);
  });
});
