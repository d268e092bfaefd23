import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TestCertificate, TestFolder } from '../support/test-certificates';
import { BASE, SERVLET } from './stand-in-form';
import { ADMINISTRATOR, freePort, STAND_IN, StandIn, type StandInOptions } from './stand-in-process';

// Certificates and key stores are made by programs, which take their time on a busy machine.
jest.setTimeout(60_000);
const folder = new TestFolder();
afterAll(() => folder.remove());
const running: StandIn[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((standIn) => standIn.remove()));
});

async function start(options?: StandInOptions): Promise<StandIn> {
  const standIn = await StandIn.start(options);
  running.push(standIn);
  return standIn;
}

const state = async (standIn: StandIn): Promise<string> => {
  const { status, body } = await standIn.ask('/bitbucket/status', { as: null });
  return `${status} ${body}`;
};
const displayName = async (standIn: StandIn): Promise<unknown> => {
  const { body } = await standIn.ask('/bitbucket/rest/api/latest/application-properties', { as: null });
  return (JSON.parse(body) as Record<string, unknown>)['displayName'];
};

/** That the server says ERROR with these properties, and why. */
async function fails(properties: Readonly<Record<string, string>>, message: string): Promise<void> {
  const standIn = await start({ properties });
  expect(await state(standIn)).toBe('503 {"state":"ERROR"}');
  expect(standIn.log).toContain(message);
}

function python(code: string, input: string): unknown {
  const { stdout, stderr } = spawnSync('python3', ['-B', '-c', code], { cwd: STAND_IN, input, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('the rules', () => {
  const modules = readdirSync(join(STAND_IN, 'stand_in')).filter((name) => name !== 'rules.py');
  const code = modules.map((name) => readFileSync(join(STAND_IN, 'stand_in', name), 'utf8')).join();
  const rules = [...readFileSync(join(STAND_IN, 'stand_in/rules.py'), 'utf8').matchAll(/^ {4}'([a-z0-9-]+)': Rule/gm)];

  test.each(rules.map((found) => found[1] ?? ''))('%s is enforced somewhere', (rule) => {
    expect(code).toMatch(new RegExp(`'${rule}' (not )?in (self\\._)?rules`));
  });

  test('one that does not exist cannot be switched off', async () => {
    await expect(StandIn.start({ without: ['no-such-rule'] })).rejects.toThrow('no such rule: no-such-rule');
  });
});

describe('bitbucket.properties', () => {
  const TEXTS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['a=b', { a: 'b' }],
    ['a = b ', { a: 'b ' }],
    ['a:b\na b', { a: 'b' }],
    ['a\\=b\\:c\\ d = e = f', { 'a=b:c d': 'e = f' }],
    ['# no\n! no\n\n  a=b\r\nc', { a: 'b', c: '' }],
    ['a=b\\\n   c\\\\\nd=\\\n#e', { a: 'bc\\', d: '#e' }],
    ['a=\\t\\n\\r\\f\\q\\u00e4\\ud83d\\ude00', { a: '\t\n\r\fqä😀' }],
    ['ä=ö', { ä: 'ö' }],
  ];

  test('is read as Java reads it', () => {
    const code = `
import json, sys
from stand_in.properties import parse_properties
print(json.dumps([parse_properties(text.encode('latin-1')) for text in json.load(sys.stdin)]))`;
    const read = python(code, JSON.stringify(TEXTS.map(([text]) => text)));
    expect(read).toEqual(TEXTS.map(([, expected]) => expected));
  });

  test('the environment wins over it in either of its forms, and JVM arguments over that', async () => {
    const properties = { 'server.port': '1', 'setup.displayName': 'of the file' };
    const port = String(await freePort());
    const names = { SERVER_PORT: port, SETUP_DISPLAYNAME: 'of the environment', SERVER_PROXYNAME: 'a.example.com' };
    const standIn = await start({ properties, environment: names });
    const ask = { port: Number(port), as: null };
    const { body } = await standIn.ask('/bitbucket/rest/api/1.0/application-properties', ask);
    expect(JSON.parse(body)).toEqual({ version: '9.4.16', displayName: 'of the environment' });
    expect(await standIn.ask('/bitbucket', ask)).toMatchObject({ location: `http://a.example.com:${port}/bitbucket/` });

    const jvm = '-Xss1m -Dsetup.displayName="of the JVM"';
    const other = await start({
      environment: { SETUP_DISPLAYNAME: 'of the environment', JVM_SUPPORT_RECOMMENDED_ARGS: jvm },
    });
    expect(await displayName(other)).toBe('of the JVM');
  });
});

describe('status', () => {
  test('STARTING for a while, and everything else waits for it', async () => {
    const standIn = await start({ environment: { STANDIN_STARTUP_SECONDS: '1' } });
    expect(await state(standIn)).toBe('503 {"state":"STARTING"}');
    expect(await standIn.ask('/bitbucket/rest/api/latest/projects')).toMatchObject({ status: 503 });
    while ((await state(standIn)).startsWith('503')) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await state(standIn)).toBe('200 {"state":"RUNNING"}');
    const lenient = await start({ environment: { STANDIN_STARTUP_SECONDS: '60' }, without: ['starting'] });
    expect(await state(lenient)).toBe('200 {"state":"RUNNING"}');
  });

  test.each([
    ['setup.license', undefined],
    ['setup.license', 'too short'],
    ['setup.sysadmin.emailAddress', undefined],
  ])('FIRST_RUN with %s %s', async (key, value) => {
    const properties = { [key]: value };
    const [standIn, lenient] = await Promise.all([
      start({ properties }),
      start({ properties, without: ['first-run'] }),
    ]);
    expect(await state(standIn)).toBe('503 {"state":"FIRST_RUN"}');
    expect(standIn.log).toContain(`missing: ${key}\n`);
    const setup = `http://127.0.0.1:${standIn.port}/bitbucket/setup`;
    const answer = await standIn.ask(`${SERVLET}/directories/list`, {
      headers: { host: `127.0.0.1:${standIn.port}` },
    });
    expect(answer).toMatchObject({ status: 302, location: setup });
    expect(await state(lenient)).toBe('200 {"state":"RUNNING"}');
  });

  const MISTAKES: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ 'server.proxy-nme': 'git' }, 'unknown settings: server.proxy-nme'],
    [{ 'setup.baseurl': 'http://a' }, 'unknown settings: setup.baseurl'],
    [{ 'server.secure': 'maybe' }, "server.secure: 'maybe' is not true or false"],
    [{ 'server.proxy-port': '99999' }, "server.proxy-port: '99999' is not a port"],
    [{ 'server.context-path': 'bitbucket' }, "server.context-path: 'bitbucket' does not start with a slash"],
    [{ 'plugin.ssh.port': '22' }, 'plugin.ssh.port: 22 is not between 1024 and 65535'],
    [{ 'setup.baseUrl': 'git.localhost' }, "setup.baseUrl: 'git.localhost' is no http or https URL"],
  ];
  test.each([MISTAKES.slice(0, 4), MISTAKES.slice(4)])('ERROR for %j', async (...mistakes) => {
    await Promise.all(mistakes.map(([properties, message]) => fails(properties, message)));
  });

  test('ERROR for a file that Java cannot read', async () => {
    const port = await freePort();
    // Nothing of such a file counts, its port neither.
    const environment = { SERVER_PORT: String(port) };
    const standIn = await start({ properties: { 'setup.displayName': '\\u12' }, environment });
    expect(await standIn.ask('/bitbucket/status', { port })).toMatchObject({ status: 503, body: '{"state":"ERROR"}' });
    expect(standIn.log).toContain('malformed \\uxxxx encoding');
  });

  test('ERROR for an unknown variable, unless unknown ones are let through', async () => {
    const environment = { SERVER_PROXY_NME: 'git' };
    expect(await state(await start({ environment }))).toBe('503 {"state":"ERROR"}');
    expect(await state(await start({ environment, without: ['known-properties'] }))).toBe('200 {"state":"RUNNING"}');
  });
});

test('setup counts at the first start only, and what the server keeps is for its owner alone', async () => {
  const first = await StandIn.start();
  expect(statSync(join(first.home, 'shared/data/stand-in.json')).mode & 0o777).toBe(0o600);
  const properties = { 'setup.displayName': 'Other', 'setup.sysadmin.password': 'another' };
  await first.end();
  const second = await StandIn.start({ home: first.home, properties });
  expect(await displayName(second)).toBe('Git');
  expect(await second.ask('/bitbucket/rest/api/latest/projects')).toMatchObject({ status: 200 });
  await second.end();
  const third = await start({ home: first.home, properties, without: ['setup-once'] });
  expect(await displayName(third)).toBe('Other');
});

describe('connectors', () => {
  const proxied = {
    'server.proxy-name': 'git.localhost',
    'server.proxy-port': '9443',
    'server.scheme': 'https',
    'server.secure': 'true',
  };

  test('nothing is outside of the context path', async () => {
    const [standIn, root, lenient] = await Promise.all([
      start(),
      start({ properties: { 'server.context-path': '/' } }),
      start({ without: ['context-path'] }),
    ]);
    expect(await standIn.ask('/status')).toMatchObject({ status: 404 });
    expect(await standIn.ask('/bitbucketstatus')).toMatchObject({ status: 404 });
    expect(await root.ask('/status')).toMatchObject({ status: 200 });
    expect(await lenient.ask('/status')).toMatchObject({ status: 200 });
  });

  test('the Host header makes URLs, except where the connector has a proxy', async () => {
    const headers = { host: 'other:8080' };
    const plain = await start();
    const login = '/bitbucket/login?next=/projects';
    expect((await plain.ask('/bitbucket/', { as: null, headers })).location).toBe(`http://other:8080${login}`);
    const behind = await start({ properties: proxied });
    expect((await behind.ask('/bitbucket/', { as: null, headers })).location).toBe(`${BASE}${login}`);
    const standard = await start({ properties: { ...proxied, 'server.proxy-port': '443' } });
    expect((await standard.ask('/bitbucket', { headers })).location).toBe('https://git.localhost/bitbucket/');
  });

  test('the cookie is Secure on a secure connector', async () => {
    const cookie = async (options: StandInOptions): Promise<string> =>
      (await (await start(options)).ask(`${SERVLET}/directories/list`)).cookie;
    expect(await cookie({ properties: proxied })).toMatch(/^JSESSIONID=\w+; Path=\/bitbucket; Secure; HttpOnly$/);
    expect(await cookie({})).not.toContain('Secure');
    expect(await cookie({ properties: proxied, without: ['secure-cookie'] })).not.toContain('Secure');
  });

  test('require-ssl redirects what is not secure to the redirect port, also on an additional connector', async () => {
    const properties = { 'server.require-ssl': 'true', 'server.redirect-port': '8443' };
    const headers = { host: 'git.localhost:7990' };
    const plain = await start({ properties });
    const answer = await plain.ask('/bitbucket/status?a=b', { headers });
    expect(answer).toMatchObject({ status: 302, location: 'https://git.localhost:8443/bitbucket/status?a=b' });
    expect(await state(await start({ properties, without: ['require-ssl'] }))).toBe('200 {"state":"RUNNING"}');

    const port = String(await freePort());
    const beside = {
      'server.additional-connector.1.port': port,
      'server.additional-connector.1.address': '127.0.0.1',
      'server.additional-connector.1.redirect-port': '443',
    };
    const behind = await start({ properties: { ...proxied, ...properties, ...beside } });
    expect(await state(behind)).toBe('200 {"state":"RUNNING"}');
    const redirected = await behind.ask('/bitbucket/status', { headers, port: Number(port) });
    expect(redirected).toMatchObject({ status: 302, location: 'https://git.localhost/bitbucket/status' });
  });

  test('TLS with the key of a PKCS12 store', async () => {
    const root = TestCertificate.root();
    const leaf = root.issue();
    const pem = folder.write('git.pem', leaf.certificatePem + leaf.keyPem);
    const store = join(folder.path, 'git.p12');
    const made = spawnSync('openssl', [
      ...['pkcs12', '-export', '-in', pem, '-out', store],
      ...['-passout', 'pass:of the store', '-name', 'git'],
    ]);
    expect(made.status).toBe(0);
    const properties = {
      'server.ssl.enabled': 'true',
      'server.ssl.key-store': store,
      'server.ssl.key-store-type': 'PKCS12',
      'server.ssl.key-store-password': 'of the store',
      'server.ssl.key-password': 'of the store',
      'server.ssl.key-alias': 'git',
    };
    const standIn = await start({ properties });
    const { cookie, status } = await standIn.ask(`${SERVLET}/directories/list`, { caPem: root.certificatePem });
    expect(status).toBe(200);
    expect(cookie).toContain('; Secure;');
    const wrong = { 'server.ssl.key-store-password': 'wrong', 'server.ssl.key-password': 'wrong' };
    await Promise.all([
      fails({ ...properties, ...wrong }, 'does not open as PKCS12 with its password'),
      fails({ ...properties, 'server.ssl.key-password': 'other' }, 'a PKCS12 store has one password'),
      fails({ ...properties, 'server.ssl.key-alias': 'other' }, "the store has no entry 'other'"),
      fails({ ...properties, 'server.ssl.key-store': '/nowhere' }, "there is no file '/nowhere'"),
    ]);
  });
});

describe('logins', () => {
  const login = (
    standIn: StandIn,
    sent: object,
    headers: Record<string, string> = { 'x-atlassian-token': 'no-check' },
  ) => standIn.ask('/bitbucket/rest/tsv/1.0/authenticate', { as: null, json: sent, headers });
  const credentials = { ...ADMINISTRATOR, rememberMe: false, targetUrl: '' };

  test('Basic, with the right password', async () => {
    const standIn = await start();
    const projects = '/bitbucket/rest/api/latest/projects';
    expect(await standIn.ask(projects)).toMatchObject({ status: 200 });
    expect(await standIn.ask(projects, { as: null })).toMatchObject({ status: 401 });
    for (const as of [
      { username: 'admin', password: 'wrong' },
      { username: 'nobody', password: ADMINISTRATOR.password },
    ]) {
      expect(await standIn.ask(projects, { as })).toMatchObject({ status: 401 });
    }
    expect(await standIn.ask(projects, { as: null, headers: { authorization: 'Basic ???' } })).toMatchObject({
      status: 401,
    });
    // The login resource is known of Bitbucket 10 alone.
    expect(await login(standIn, credentials)).toMatchObject({ status: 404 });
  });

  test('from 10 on Basic is off, and the login resource gives a session', async () => {
    const environment = { STANDIN_VERSION: '10.2.0' };
    const projects = '/bitbucket/rest/api/latest/projects';
    const standIn = await start({ environment });
    const refused = await standIn.ask(projects);
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('Basic Authentication has been disabled on this instance.');
    expect(await login(standIn, credentials, {})).toMatchObject({ status: 403, cookie: '' });
    expect(await login(standIn, { ...credentials, password: 'wrong' })).toMatchObject({ status: 401, cookie: '' });
    const { status, cookie } = await login(standIn, credentials);
    expect(status).toBe(200);
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    expect(await standIn.ask(projects, { as: null, headers })).toMatchObject({ status: 200 });
    expect(await standIn.ask(`${SERVLET}/configure/ldap/`, { as: null, headers })).toMatchObject({ status: 200 });

    const jvm = '-Dcom.atlassian.plugins.authentication.basic.auth.filter.force.allow=true';
    const allowed = await start({ environment: { ...environment, JVM_SUPPORT_RECOMMENDED_ARGS: jvm } });
    expect(await allowed.ask(projects)).toMatchObject({ status: 200 });
    const lenient = await start({ environment, without: ['basic-off-in-10', 'login-token-header'] });
    expect(await lenient.ask(projects)).toMatchObject({ status: 200 });
    expect(await login(lenient, credentials, {})).toMatchObject({ status: 200 });
  });
});

test('/stand-in/requests lists method and path without tokens, and itself not', async () => {
  const standIn = await start();
  await standIn.ask('/bitbucket/status');
  await standIn.ask('/bitbucket/nowhere?a=b&atl_token=secret', { method: 'DELETE' });
  const { body } = await standIn.ask('/stand-in/requests', { as: null });
  expect(JSON.parse(body)).toEqual([
    { method: 'GET', path: '/bitbucket/status' },
    { method: 'DELETE', path: '/bitbucket/nowhere?a=b&atl_token=' },
  ]);
});
