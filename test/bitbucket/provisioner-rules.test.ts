import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Provisioner, SHORT_PAUSES, type Wanted } from './provisioner-run';
import { BIND, DIRECTORY, FORM } from './stand-in-form';
import { ADMINISTRATOR, STAND_IN, StandIn, type FakeDirectory, type StandInOptions } from './stand-in-process';

/**
 * What the provisioner has to do because of a rule of the server: each case ends as it says with the rule, and otherwise
 * without it. Where the provisioner keeps the rule, a line of Python makes it break it.
 */
interface Case {
  readonly rule: string;
  readonly says: RegExp;
  readonly standIn?: StandInOptions;
  readonly login?: 'session';
  readonly context?: string;
  readonly administrator?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly permissions?: Readonly<Record<string, readonly string[]>>;
  /** The LDAP server; null for none. */
  readonly directory?: FakeDirectory | null;
  /** Breaks the provisioner, in its last run. */
  readonly mutation?: string;
  /** A run before, with this of the case otherwise. */
  readonly first?: Partial<Omit<Case, 'rule' | 'says' | 'standIn' | 'first'>>;
}

const VERSION_10 = { environment: { STANDIN_VERSION: '10.0.0' } };
const READERS = { LICENSED_USER: ['git-readers'] };

/** Python that has a function of the program do something else with its result. */
const after = (module: string, name: string, change: string): string =>
  [
    `import provisioner.${module} as module`,
    `original = module.${name}`,
    `def changed(*arguments):`,
    `    result = original(*arguments)`,
    `    ${change}`,
    `    return result`,
    `module.${name} = changed`,
    '',
  ].join('\n');
/** Python that has a form sent with other fields. */
const sent = (change: string): string =>
  [
    'from provisioner.http_session import Session',
    'original = Session.post_form',
    'def changed(self, path, fields):',
    `    return original(self, path, ${change})`,
    'Session.post_form = changed',
    '',
  ].join('\n');

const CASES: readonly Case[] = [
  { rule: 'starting', says: /says STARTING/, standIn: { environment: { STANDIN_STARTUP_SECONDS: '0.5' } } },
  {
    rule: 'first-run',
    says: /says FIRST_RUN for 0.2 s: the server waits to be set up by hand/,
    standIn: { properties: { 'setup.license': undefined } },
    mutation: 'import provisioner.waiting\nprovisioner.waiting.FIRST_RUN_LIMIT = 0.2\n',
  },
  { rule: 'known-properties', says: /says ERROR/, standIn: { properties: { 'server.proxyname': 'git.localhost' } } },
  { rule: 'context-path', says: /has the context path of Bitbucket/, context: '' },
  {
    rule: 'require-ssl',
    says: /requires TLS without being "secure"/,
    standIn: {
      properties: {
        'server.require-ssl': 'true',
        'server.redirect-port': '9443',
      },
    },
  },
  { rule: 'basic-off-in-10', says: /Basic authentication is off/, standIn: VERSION_10 },
  {
    rule: 'login-token-header',
    says: /rest\/tsv\/1\.0\/authenticate as admin: got 403/,
    standIn: VERSION_10,
    login: 'session',
    mutation: after('http_session', 'Session._headers', "result.pop('X-Atlassian-Token')"),
  },
  {
    rule: 'sysadmin-only',
    says: /give an administrator who has SYS_ADMIN/,
    administrator: 'maria',
    first: { administrator: ADMINISTRATOR.username, permissions: READERS },
  },
  {
    rule: 'permission-names',
    says: /licensed_user was refused with 400/,
    permissions: { licensed_user: ['git-readers'] },
    mutation: "import provisioner.permissions\nprovisioner.permissions.LEVELS = ('licensed_user',)\n",
  },
  {
    rule: 'licence-limit',
    says: /a smaller group, or get a larger licence/,
    permissions: { LICENSED_USER: ['everyone'] },
  },
  {
    rule: 'sync-before-grant',
    says: /no directory has such a group after its synchronisation/,
    permissions: READERS,
    mutation: 'import provisioner.main\nprovisioner.main.synchronise = lambda *arguments: None\n',
  },
  {
    rule: 'xsrf-token',
    says: /did not take the form but redirected to/,
    mutation: sent("[(name, 'guessed' if name == 'atl_token' else value) for name, value in fields]"),
  },
  {
    rule: 'mode-required',
    says: /the server refuses the form \(The submission mode is missing/,
    mutation: sent("[(name, value) for name, value in fields if name != 'save']"),
  },
  { rule: 'troubleshoot-redirect', says: /all is as wanted/ },
  {
    rule: 'secure-cookie',
    says: /did not take the form but redirected to/,
    standIn: { properties: { 'server.secure': 'true', 'server.scheme': 'https' } },
    mutation: [
      'from provisioner.http_session import Session',
      'original = Session._keep_cookies',
      'def changed(self, answer):',
      "    if 'Secure' not in str(answer.headers.get('Set-Cookie')):",
      '        original(self, answer)',
      'Session._keep_cookies = changed',
      '',
    ].join('\n'),
  },
  { rule: 'connection-test', says: /the server tested the connection to ldap:389 and failed/, directory: null },
  {
    rule: 'duplicate-name',
    says: /directory "LDAP": .*name/,
    first: {},
    mutation: 'import provisioner.main\nprovisioner.main.list_directories = lambda session: []\n',
  },
  {
    rule: 'empty-password-kept',
    says: /directory "LDAP": changed ldapReadTimeoutInSec[^]*all is as wanted/,
    fields: { ldapReadTimeoutInSec: '7' },
    first: { fields: { ldapReadTimeoutInSec: '8' } },
  },
  {
    rule: 'required-fields',
    says: /directory "LDAP": the server refuses ldapGroupDescription/,
    mutation: sent("[(name, value) for name, value in fields if name != 'ldapGroupDescription']"),
  },
  { rule: 'base-dn-required', says: /directory "LDAP": the server refuses ldapBasedn/, fields: { ldapBasedn: '' } },
  {
    rule: 'sync-interval',
    says: /directory "LDAP": the server refuses ldapCacheSynchroniseIntervalInMin/,
    fields: { ldapCacheSynchroniseIntervalInMin: '0' },
  },
  {
    rule: 'pool-settings',
    says: /directory "LDAP": the server refuses minEvictableIdleTimeSeconds/,
    fields: { ldapPoolType: 'COMMONS_POOL2', minEvictableIdleTimeSeconds: '0' },
  },
  {
    rule: 'auto-groups-local-only',
    says: /the server makes "" of ldapAutoAddGroups "a"/,
    fields: { ldapAutoAddGroups: 'a' },
  },
  {
    rule: 'auto-groups-separator',
    says: /directory "LDAP": the server refuses ldapAutoAddGroups/,
    fields: { ldapAutoAddGroups: 'a|b', ldapPermissionOption: 'READ_ONLY_LOCAL_GROUPS' },
  },
  {
    rule: 'checkbox-marker',
    says: /the server makes "true" of crowdSyncIncrementalEnabled "false"/,
    mutation: sent("[(name, value) for name, value in fields if not name.startswith('_')]"),
  },
];

/** Rules that are about others than the provisioner, which the tests of the stand-in itself prove. */
const OF_OTHERS = [
  // How it comes to its administrator, of whom the provisioner asks SYS_ADMIN first.
  ...['setup-once', 'permission-admin'],
  // People, once the provisioner is done.
  ...['licensed-login', 'licence-limit-push'],
  // The provisioner reads no password, and sends one whenever its own is another.
  'password-hidden',
  // The server's connection to a directory, of which the deploy tests make a real one.
  'ldaps-verified',
];

async function outcome(one: Case, without: readonly string[]): Promise<string> {
  const environment = { STANDIN_SYNCHRONISATION_SECONDS: '0.2', ...one.standIn?.environment };
  const standIn = await StandIn.start({ ...one.standIn, environment, without });
  const provisioner = await Provisioner.start();
  try {
    let text = '';
    const runs = one.first === undefined ? [one] : [{ ...one, mutation: undefined, ...one.first }, one];
    for (const { directory = DIRECTORY, administrator = ADMINISTRATOR.username, ...run } of runs) {
      standIn.serveDirectory(directory ?? undefined);
      const isSetUp = administrator === ADMINISTRATOR.username;
      provisioner.write('files/administrator-password', isSetUp ? ADMINISTRATOR.password : `of ${administrator}`);
      provisioner.settings = {
        server: `http://127.0.0.1:${standIn.port}${run.context ?? '/bitbucket'}`,
        baseUrl: `https://git.localhost:9443${run.context ?? '/bitbucket'}`,
        login: run.login ?? 'basic',
        administrator: { username: administrator, passwordFile: 'administrator-password' },
        permissions: run.permissions ?? {},
        waitForRunning: run.context === undefined ? 5 : 0.5,
      };
      provisioner.directories = [wanted(run.fields)];
      const { log, error } = await provisioner.run(SHORT_PAUSES + (run.mutation ?? ''));
      text = `${log.join('\n')}\n${error}`;
    }
    return text;
  } finally {
    await provisioner.stop();
    await standIn.remove();
  }
}

function wanted(fields: Case['fields'] = {}): Wanted {
  const { ldapPassword: password, ...form } = { ...FORM, ...fields };
  const checkboxes = { useSSL: false, ldapSecure: false, crowdSyncIncrementalEnabled: false };
  return { name: 'LDAP', fields: form, checkboxes, password: password ?? BIND.password };
}

jest.setTimeout(60_000);

test.each(CASES.map((one) => [one.rule, one] as const))('%s', async (rule, one) => {
  expect(await outcome(one, [])).toMatch(one.says);
  expect(await outcome(one, [rule])).not.toMatch(one.says);
});

test('every rule of the stand-in has its case', () => {
  const text = readFileSync(join(STAND_IN, 'stand_in/rules.py'), 'utf8');
  const rules = [...text.matchAll(/^ {4}'([a-z0-9-]+)': Rule\(/gm)].map(([, rule]) => rule);
  expect([...CASES.map(({ rule }) => rule), ...OF_OTHERS].sort()).toEqual(rules.sort());
});
