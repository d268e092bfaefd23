import type { Answer, FakeDirectory, StandIn } from './stand-in-process';

export const SERVLET = '/bitbucket/plugins/servlet/embedded-crowd';
export const BASE = 'https://git.localhost:9443';
export const PEOPLE = 'ou=people,dc=example,dc=com';
const GROUPS = 'ou=groups,dc=example,dc=com';
export const BIND = { dn: 'cn=git,dc=example,dc=com', password: 'secret of git' };

export const person = (uid: string): FakeDirectory['entries'][number] => ({
  dn: `uid=${uid},${PEOPLE}`,
  attributes: { objectClass: ['inetOrgPerson'], uid: [uid], displayName: [`The ${uid}`], mail: [`${uid}@example.com`] },
});
export const group = (cn: string, ...members: readonly string[]): FakeDirectory['entries'][number] => ({
  dn: `cn=${cn},${GROUPS}`,
  attributes: { objectClass: ['groupOfNames'], cn: [cn], member: members },
});

/** Three people; git-admins has a group in it. */
export const DIRECTORY: FakeDirectory = {
  passwords: { [BIND.dn]: BIND.password, [`uid=maria,${PEOPLE}`]: 'of maria', [`uid=jan,${PEOPLE}`]: 'of jan' },
  entries: [
    { dn: 'dc=example,dc=com', attributes: { objectClass: ['domain'] } },
    person('maria'),
    person('jan'),
    person('lucy'),
    group('git-readers', `uid=maria,${PEOPLE}`, `uid=jan,${PEOPLE}`),
    group('git-admins', `cn=inner,${GROUPS}`),
    group('inner', `uid=Maria, ${PEOPLE}`),
    group('everyone', `uid=maria,${PEOPLE}`, `uid=jan,${PEOPLE}`, `uid=lucy,${PEOPLE}`),
  ],
};

/** All that an OpenLDAP directory must be given. */
export const FORM: Readonly<Record<string, string>> = {
  name: 'Example directory',
  type: 'com.atlassian.crowd.directory.OpenLDAP',
  hostname: 'ldap',
  port: '389',
  ldapUserdn: BIND.dn,
  ldapPassword: BIND.password,
  ldapBasedn: 'dc=example,dc=com',
  ldapPermissionOption: 'READ_ONLY',
  ldapUserObjectclass: 'inetOrgPerson',
  ldapUserFilter: '(objectClass=inetOrgPerson)',
  ldapUserUsername: 'uid',
  ldapUserUsernameRdn: 'uid',
  ldapUserFirstname: 'givenName',
  ldapUserLastname: 'sn',
  ldapUserDisplayname: 'displayName',
  ldapUserEmail: 'mail',
  ldapUserGroup: 'memberOf',
  ldapUserPassword: 'userPassword',
  ldapGroupObjectclass: 'groupOfNames',
  ldapGroupFilter: '(objectClass=groupOfNames)',
  ldapGroupName: 'cn',
  ldapGroupDescription: 'description',
  ldapGroupUsernames: 'member',
  ldapCacheSynchroniseIntervalInMin: '60',
  timeBetweenEvictionRunsSeconds: '300',
  minEvictableIdleTimeSeconds: '300',
  save: 'Save and Test',
};

/** Cookie and token of a form. */
export async function session(standIn: StandIn): Promise<{ cookie: string; token: string }> {
  const { cookie, body } = await standIn.ask(`${SERVLET}/configure/ldap/`);
  return { cookie: cookie.split(';')[0] ?? '', token: /atl_token" value="(.*?)"/.exec(body)?.[1] ?? '' };
}

/** Sends the form of a directory with the session that it needs; undefined leaves a field out. */
export async function submit(
  standIn: StandIn,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> {
  const { cookie, token } = await session(standIn);
  const fields: Readonly<Record<string, string | undefined>> = { ...FORM, atl_token: token, ...changes };
  const form = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return standIn.ask(`${SERVLET}/configure/ldap/`, { form, headers: { cookie } });
}

/** Creates a directory, and gives its id. */
export async function create(standIn: StandIn, changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const { location, body } = await submit(standIn, changes);
  const id = /troubleshoot\?directoryId=(\d+)/.exec(location)?.[1];
  if (id === undefined) throw new Error(`Not created: ${errors(body).join()}`);
  return id;
}

/** enable, disable, remove, moveUp, moveDown or sync. */
export async function operate(standIn: StandIn, operation: string, id: string): Promise<Answer> {
  const { cookie, token } = await session(standIn);
  const path = `${SERVLET}/directories/${operation}?directoryId=${id}`;
  return standIn.ask(path, { form: { atl_token: token }, headers: { cookie } });
}

/** Synchronises, and gives the status that it ends with. */
export async function synchronise(standIn: StandIn, id: string): Promise<string> {
  await operate(standIn, 'sync', id);
  let status = '';
  while (status === '') {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { body } = await standIn.ask(`/bitbucket/rest/crowd/1/directory/${id}`);
    if (body.includes('<currentStartTime>0<')) status = /<syncStatus>(.*?)<\/syncStatus>/.exec(body)?.[1] ?? '';
  }
  return status;
}

/** What the page says is wrong. */
export function errors(page: string): string[] {
  return [...page.matchAll(/class="(?:aui-message )?error">(?:<p>)?(.*?)<\//g)].map((found) => found[1] ?? '');
}
