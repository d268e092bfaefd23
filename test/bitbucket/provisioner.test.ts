import { rmdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TestCertificate } from '../support/test-certificates';
import { BASE_URL, json, redirect } from './fake-bitbucket';
import { ADMINISTRATOR_PASSWORD, Provisioner, SHORT_PAUSES } from './provisioner-run';

jest.setTimeout(60_000);
let provisioner: Provisioner;
beforeEach(async () => (provisioner = await Provisioner.start()));
afterEach(() => provisioner.stop());

const STATUS = 'GET /status';
const LIST = 'GET /rest/crowd/1/directory';

describe('waits', () => {
  test('until the server is running, and names each state once', async () => {
    const starting = json({ state: 'STARTING' }, 503);
    const running = json({ state: 'RUNNING' }, 503);
    provisioner.fake.once(
      STATUS,
      'hang up',
      starting,
      starting,
      running,
      { status: 404 },
      json({ state: 'FIRST_RUN' }),
    );
    const url = `${provisioner.fake.url}/status`;
    expect((await provisioner.succeed(SHORT_PAUSES)).slice(0, 6)).toEqual([
      `waiting: ${url} says nothing`,
      `waiting: ${url} says STARTING`,
      `waiting: ${url} says RUNNING with 503`,
      `waiting: ${url} says 404 without a state`,
      `waiting: ${url} says FIRST_RUN`,
      `${provisioner.fake.url} is running`,
    ]);
  });

  test('not for a server that says ERROR', async () => {
    provisioner.fake.on(STATUS, () => json({ state: 'ERROR' }));
    expect(await provisioner.fail()).toBe(
      'SERVER/status says ERROR: the server cannot start; see its log for the reason',
    );
  });

  test('not longer than it may', async () => {
    provisioner.settings = { waitForRunning: 0.2 };
    provisioner.fake.on(STATUS, () => json({ state: 'STARTING' }, 503));
    expect(await provisioner.fail()).toBe(
      'SERVER/status still says STARTING after 0.2 s; see the log of the server, or wait longer',
    );
  });

  test('and has an idea what nothing but 404 means', async () => {
    provisioner.settings = { waitForRunning: 0.1 };
    provisioner.fake.on(STATUS, () => ({ status: 404 }));
    expect(await provisioner.fail()).toBe(
      'SERVER/status still says 404 without a state after 0.1 s; look whether "server" has the context path of Bitbucket',
    );
  });

  test('not for a set-up that never ends', async () => {
    provisioner.fake.on(STATUS, () => json({ state: 'FIRST_RUN' }));
    expect(await provisioner.fail('from provisioner import waiting\nwaiting.FIRST_RUN_LIMIT = 0.2')).toBe(
      'SERVER/status says FIRST_RUN for 0.2 s: the server waits to be set up by hand; ' +
        'look whether its licence is valid and all of setup.* are in its properties',
    );
  });

  test('until somebody ends it', async () => {
    provisioner.fake.on(STATUS, () => json({ state: 'STARTING' }, 503));
    expect((await provisioner.runProgram({ signalAt: 'STARTING' })).status).toBe(143);
  });
});

describe('asks as the proxy would', () => {
  test('with its host and scheme, and the cookies although they are secure ones', async () => {
    await provisioner.succeed();
    const [first, second] = provisioner.fake.seen;
    expect(first?.headers).toMatchObject({ host: 'git.example:9443', 'x-forwarded-proto': 'https' });
    expect(first?.headers.cookie).toBeUndefined();
    expect(second?.headers.cookie).toBe('SESSION=cookie-of-the-session');
  });

  test('without a port that is the usual one', async () => {
    provisioner.settings = { baseUrl: 'https://git.example:443/bitbucket' };
    await provisioner.succeed();
    expect(provisioner.fake.seen[0]?.headers.host).toBe('git.example');
  });

  test('and drops cookies that the server takes away', async () => {
    provisioner.fake.once(LIST, { ...json({}), headers: { 'set-cookie': 'SESSION=; Path=/; Max-Age=0' } });
    await provisioner.succeed();
    expect(provisioner.fake.seen[2]?.headers.cookie).toBeUndefined();
  });

  test('and follows redirects to the base URL at the address of the server', async () => {
    provisioner.fake.once(LIST, redirect(`${BASE_URL}/rest/crowd/1/directory?a=b`), redirect('/bitbucket/status'));
    await provisioner.succeed();
    expect(provisioner.fake.seen.slice(1, 4).map(({ path, query }) => `${path} ${query.toString()}`)).toEqual([
      '/rest/crowd/1/directory ',
      '/rest/crowd/1/directory a=b',
      '/status ',
    ]);
  });

  test.each([
    'http://git.example:9443/bitbucket/x',
    'https://git.example/bitbucket/x',
    'https://git.example:9443/x',
    'https://git.example:9443/bitbucket2/x',
    'https://user:secret@elsewhere.example/bitbucket/x?secret=1',
  ])('but never a redirect to %s', async (place) => {
    provisioner.fake.on(LIST, () => redirect(place));
    expect(await provisioner.fail()).toBe(
      `GET SERVER/rest/crowd/1/directory: redirected to ${place.replace('user:secret@', '').replace(/\?.*/, '')}, ` +
        `which is not below ${BASE_URL}; make that the base URL in the settings of the server, ` +
        'and its proxy name, port and scheme those of it',
    );
  });

  test('nor in a circle', async () => {
    provisioner.fake.on(LIST, () => redirect(`${BASE_URL}/rest/crowd/1/directory`));
    expect(await provisioner.fail()).toBe(
      'GET SERVER/rest/crowd/1/directory: redirected 5 times and more; ' +
        'look whether this connector requires TLS without being "secure" (server.require-ssl, server.secure)',
    );
  });
});

describe('logs in', () => {
  test('as the program that the image has', async () => {
    const { status, log, error } = await provisioner.runProgram();
    expect([status, log.at(-1), error]).toEqual([0, 'all is as wanted', '']);
  });

  test('with Basic authentication', async () => {
    expect(await provisioner.succeed()).toContain('logged in as admin (basic)');
    const credentials = Buffer.from(`admin:${ADMINISTRATOR_PASSWORD}`).toString('base64');
    expect(provisioner.fake.seen.at(-1)?.headers.authorization).toBe(`Basic ${credentials}`);
    expect(provisioner.fake.changes()).toEqual([]);
  });

  test('with a session, as version 10 wants', async () => {
    provisioner.settings = { login: 'session' };
    expect(await provisioner.succeed()).toContain('logged in as admin (session)');
    expect(provisioner.fake.seen.map(({ headers }) => headers.authorization)).not.toContainEqual(expect.anything());
    const [sent] = provisioner.fake.seen.filter(({ method }) => method === 'POST');
    expect(sent?.headers).toMatchObject({ 'x-atlassian-token': 'no-check', 'content-type': 'application/json' });
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      username: 'admin',
      password: ADMINISTRATOR_PASSWORD,
      rememberMe: false,
      targetUrl: '',
    });
    expect(provisioner.fake.changes()).toEqual(['POST /rest/tsv/1.0/authenticate']);
  });

  const errors = (message: string, status: number): ReturnType<typeof json> => json({ errors: [{ message }] }, status);
  const wrong =
    ', the password is wrong: the one of the set-up counts at first start only, and may have been changed in the ' +
    'server since; give the present one';
  test.each([
    ['basic', errors('x', 401), `got 401${wrong}`],
    ['session', errors('x', 401), `got 401${wrong}`],
    [
      'basic',
      errors('Basic Authentication has been disabled on this instance.', 403),
      'got 403, Basic authentication is off as in version 10 and later; write "login": "session"',
    ],
    [
      'basic',
      { status: 403, headers: { 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE; login-url=x' } },
      'got 403, too many log-ins failed before; log in once with a browser to answer the CAPTCHA',
    ],
    [
      'basic',
      errors(`Not for ${ADMINISTRATOR_PASSWORD}`, 403),
      'got 403 (Not for ***); give an administrator who has SYS_ADMIN',
    ],
  ])('or says why that failed (%s)', async (login, reply, message) => {
    provisioner.settings = { login };
    const [request, path] =
      login === 'basic' ? [LIST, 'GET SERVER/rest/crowd/1/directory'] : ['POST /rest/tsv/1.0/authenticate', ''];
    provisioner.fake.on(request, () => reply);
    expect(await provisioner.fail()).toBe(`${path || 'POST SERVER/rest/tsv/1.0/authenticate'} as admin: ${message}`);
  });

  test('and knows a version that has no such log-in', async () => {
    provisioner.settings = { login: 'session' };
    provisioner.fake.on('POST /rest/tsv/1.0/authenticate', () => ({ status: 404 }));
    expect(await provisioner.fail()).toBe(
      'POST SERVER/rest/tsv/1.0/authenticate: got 404, this version has no such log-in; write "login": "basic"',
    );
  });
});

describe('an answer that it does not know', () => {
  test.each([
    [
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
      'the answer is no JSON but text/html; look whether "server" is the address of Bitbucket itself with its context path',
    ],
    [
      json({ directories: [] }),
      "the answer has another form than known (KeyError 'directory'); take a version of Bitbucket that this was made for",
    ],
    [
      json({ directory: [{ name: 'LDAP', link: [] }] }),
      'the answer has another form than known (ValueError no link with the id of "LDAP"); ' +
        'take a version of Bitbucket that this was made for',
    ],
  ])('is a failure of one sentence', async (reply, message) => {
    provisioner.fake.on(LIST, () => reply);
    expect(await provisioner.fail()).toBe(`GET SERVER/rest/crowd/1/directory: ${message}`);
  });

  test('is so with a status that nobody expected, too', async () => {
    provisioner.fake.on('GET /rest/api/latest/admin/user-directories', () => ({ status: 500 }));
    expect(await provisioner.fail()).toBe(
      'GET SERVER/rest/api/latest/admin/user-directories: got 500 (no reason given); see the log of the server',
    );
  });

  test('and no answer is one, too', async () => {
    provisioner.fake.on(LIST, () => 'hang up');
    expect(await provisioner.fail()).toMatch(
      /^GET SERVER\/rest\/crowd\/1\/directory: no answer \(.+\); look whether the server runs$/,
    );
  });
});

describe('a server that speaks TLS itself', () => {
  const authority = TestCertificate.root();
  let front: Server;
  let port = 0;

  const listen = async (certificate: TestCertificate): Promise<void> => {
    front = createServer({ cert: certificate.certificatePem, key: certificate.keyPem }, (incoming, outgoing) => {
      const inside = request(
        new URL(incoming.url ?? '', provisioner.fake.url),
        { method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        },
      );
      incoming.pipe(inside);
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    ({ port } = front.address() as AddressInfo);
    provisioner.write('files/ca.pem', authority.certificatePem);
    provisioner.settings = {
      server: `https://127.0.0.1:${port}/bitbucket`,
      tls: { caFile: 'ca.pem', name: 'git.example' },
    };
    provisioner.directories = [{ name: 'LDAP' }];
  };
  afterEach(() => front.close());

  test('is believed by its authority, for the host of the base URL', async () => {
    await listen(authority.issue({ names: 'DNS:git.example' }));
    await provisioner.succeed();
    expect(provisioner.fake.order).toContain('LDAP');
  });

  test.each([
    ['another authority', TestCertificate.selfSigned({ names: 'DNS:git.example' }), 'self-signed certificate'],
    ['another host', authority.issue({ names: 'DNS:127.0.0.1' }), 'Hostname mismatch'],
  ])('is not believed with the certificate of %s', async (_, certificate, reason) => {
    await listen(certificate);
    const error = await provisioner.fail();
    expect(error).toMatch(/status: the certificate is not trusted \(.+\); give the authority that issued it/);
    expect(error).toContain(reason);
    expect(provisioner.fake.seen).toEqual([]);
  });
});

describe('files', () => {
  test.each([
    [{ waitForRunning: undefined }, 'FOLDER/files/provision.json: waitForRunning is missing; write it'],
    [
      { administrator: { username: 'admin', passwordFile: 'none' } },
      'FOLDER/files/none cannot be read (No such file or directory); give the file to this user',
    ],
    [
      { login: 'Basic' },
      'FOLDER/files/provision.json: login is "Basic"; write "basic", or "session" for version 10 and later',
    ],
    [{ server: 'https://git:8443' }, '"server" is https://git:8443; write a URL of http, as http://git:7990'],
    [{ baseUrl: 'git.example' }, '"baseUrl" is git.example; write the URL that the server has for its users'],
  ])('that are wrong: %j', async (settings, message) => {
    provisioner.settings = settings;
    expect(await provisioner.fail()).toBe(message);
    expect(provisioner.fake.seen).toEqual([]);
  });

  test('that are no JSON', async () => {
    provisioner.write('provision.json', '{');
    const { status, error } = await provisioner.runProgram({ arguments: ['--files', provisioner.path('')] });
    expect(status).toBe(1);
    expect(error).toMatch(/^FOLDER\/provision.json is no JSON \(.+\); write it anew$/);
  });

  test('of the state that somebody else wrote', async () => {
    writeFileSync(provisioner.stateFile, '{}');
    expect(await provisioner.fail()).toBe(
      'FOLDER/state/state.json is not what this program wrote; remove it: directories are taken over by their names',
    );
  });

  test('of the state that cannot be written', async () => {
    provisioner.directories = [{ name: 'LDAP' }];
    rmdirSync(provisioner.path('state'));
    expect(await provisioner.fail()).toMatch(
      /^FOLDER\/state\/state.json cannot be written \(No such file or directory\); make its folder writable for user \d+$/,
    );
    expect(provisioner.fake.changes()).toEqual([]);
  });

  test('of the state are for their user alone', async () => {
    provisioner.directories = [{ name: 'LDAP' }];
    await provisioner.succeed();
    expect(statSync(provisioner.stateFile).mode & 0o777).toBe(0o600);
  });
});
