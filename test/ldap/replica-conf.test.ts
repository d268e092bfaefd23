import type { DnDirectorySettings } from '../../constructs/ldap/directory-settings';
import { replicaConf, syncreplText } from '../../constructs/ldap/replica-conf';
import { ReplicaContent, type ReplicaContentProps } from '../../constructs/ldap/replica-content';
import { replicaSettingsText, type ReplicaSchedule } from '../../constructs/ldap/replica-settings';
import { fakeDirectory } from '../support/fakes';

const conf = (props: ReplicaContentProps = {}, settings: Partial<DnDirectorySettings> = {}): string[] => {
  const source = fakeDirectory(settings);
  const content = new ReplicaContent('here', source, props);
  return replicaConf({ content, source, maxSize: 64, schema: ['schema/1.schema'] }).split('\n');
};
const syncrepl = (settings: Partial<DnDirectorySettings> = {}, mode: ReplicaSchedule['mode'] = 'refreshOnly'): string =>
  syncreplText(new ReplicaContent('here', fakeDirectory(settings), {}), fakeDirectory(settings), mode);
const schedule: ReplicaSchedule = { mode: 'refreshOnly', interval: 60, retryIntervals: [5, 30], leastPercent: 50 };
const settingsText = (settings: Partial<DnDirectorySettings> = {}, props: ReplicaContentProps = {}): string =>
  replicaSettingsText(new ReplicaContent('here', fakeDirectory(settings), props), fakeDirectory(settings), schedule);
const shape = (...args: Parameters<typeof settingsText>): string =>
  /^shape=.*$/m.exec(settingsText(...args))?.[0] ?? '';

describe('slapd.conf', () => {
  test('the copy is the second database, read by its own account alone', () => {
    const lines = conf();
    const databases = lines.filter((line) => line.startsWith('database '));
    expect(databases).toEqual([
      'database config',
      'database monitor',
      'database mdb',
      'database null',
      'database ldap',
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'suffix "dc=example,dc=com"',
        'maxsize 67108864',
        'include /files/current/schema/1.schema',
        'index uid,cn,mail,member eq',
        'limits dn.exact="cn=git-server,cn=accounts" size=unlimited',
        'access to attrs=userPassword by anonymous auth by * none',
        'access to * by dn.exact="cn=git-server,cn=accounts" read by * none',
        'include /run/openldap/account.conf',
      ]),
    );
    expect(lines.join('\n')).not.toContain('syncrepl rid');
  });

  test('nobody without a name or TLS, and no password in it', () => {
    expect(conf()).toEqual(
      expect.arrayContaining(['disallow bind_anon', 'require authc', 'security ssf=128', 'TLSProtocolMin 3.3']),
    );
    expect(conf().join('\n')).not.toContain('secret-of-git');
  });

  test('passedThrough: binds of all others go to the source, verified and in time, and nothing else does', () => {
    const lines = conf({}, { connectionTimeout: 3, readTimeout: 7 });
    expect(lines).toEqual(
      expect.arrayContaining([
        'rwm-rewriteRule "^cn=[^,]+,cn=accounts$" "$0" ":@"',
        'rwm-rewriteRule "^(.+)$" "$1,cn=source" ":@"',
        'rwm-rewriteRule "^(.+),cn=source$" "$1" ":@"',
        'uri ldaps://ldap:636',
        'tls ldaps tls_cacert=/files/current/replication/ca.pem tls_reqcert=demand tls_reqsan=demand tls_protocol_min=3.3',
        'network-timeout 3',
        'timeout bind=7',
        'restrict search compare add delete modify rename extended',
      ]),
    );
    expect(conf({}, { secure: 'startTls' })).toEqual(
      expect.arrayContaining(['uri ldap://ldap:389', expect.stringMatching(/^tls start /)]),
    );
    const unlimited = conf({}, { connectionTimeout: 0, readTimeout: 0 }).join('\n');
    expect(unlimited).not.toMatch(/^(network-)?timeout/m);
  });

  test('replicated: no way to the source', () => {
    const text = conf({ passwords: 'replicated' }).join('\n');
    for (const word of ['back_ldap', 'rwm', 'cn=source']) expect(text).not.toContain(word);
  });

  test('groups follow their members, unless the source does not do that', () => {
    expect(conf()).toEqual(expect.arrayContaining(['moduleload refint', 'overlay refint', 'refint_attributes member']));
    expect(conf({ referentialIntegrity: false }).join('\n')).not.toContain('refint');
  });

  test('memberOf', () => {
    expect(conf({}, { useUserMembershipAttribute: true, groupObjectClass: 'groupOfNames' })).toEqual(
      expect.arrayContaining([
        'moduleload dynlist',
        'overlay dynlist',
        'dynlist-attrset groupOfURLs memberURL member+memberOf@groupOfNames',
      ]),
    );
    expect(conf().join('\n')).not.toContain('dynlist');
  });
});

describe('syncrepl', () => {
  test('verifies the source, and leaves when to `replicate`', () => {
    const text = syncrepl({ connectionTimeout: 4, searchTimeout: 9 });
    for (const word of [
      'rid=001 provider=ldaps://ldap:636 ',
      ' tls_cacert=/files/current/replication/ca.pem tls_reqcert=demand tls_reqsan=demand tls_protocol_min=3.3 ',
      ' searchbase="dc=example,dc=com" scope=sub ',
      ' schemachecking=off type=refreshOnly interval=315360000 retry="315360000 +" ',
      ' network-timeout=4 timeout=4 timelimit=9 ',
      ' bindmethod=simple binddn="cn=git,dc=example,dc=com"',
    ]) {
      expect(text).toContain(word);
    }
    expect(text).not.toContain('starttls');
    expect(text).not.toContain('secret-of-git');
  });

  test('StartTLS, or nothing', () => {
    expect(syncrepl({ secure: 'startTls' })).toContain('provider=ldap://ldap:389 starttls=critical ');
  });

  test('refreshAndPersist has no interval, and no end', () => {
    const text = syncrepl({}, 'refreshAndPersist');
    expect(text).toContain('type=refreshAndPersist');
    expect(text).not.toMatch(/interval=|timelimit=/);
  });

  test('no limit where there is none', () => {
    const text = syncrepl({ connectionTimeout: 0, searchTimeout: 0 });
    expect(text).toContain(' timeout=10 ');
    expect(text).not.toMatch(/network-timeout|timelimit/);
  });

  test('a double quote, which cn=config has no way of writing, is written as filters and DNs write it', () => {
    const text = syncrepl({ userObjectFilter: '(cn="a" b)', username: 'cn=a\\"b\\,c,dc=example,dc=com' });
    expect(text).toContain('(cn=\\22a\\22 b)');
    expect(text).toMatch(/ binddn="cn=a\\22b\\(,|2[cC])c,dc=example,dc=com"$/);
  });
});

describe('settings', () => {
  test('each in its own assignment, quoted for the shell', () => {
    const text = settingsText({
      userObjectFilter: "(cn=o'neil)",
      connectionTimeout: 1,
      readTimeout: 2,
      searchTimeout: 3,
    });
    for (const line of [
      "source_url='ldaps://ldap:636'",
      "start_tls=''",
      "bind_dn='cn=git,dc=example,dc=com'",
      "suffix='dc=example,dc=com'",
      "contexts='dc=example,dc=com\ndc=com'",
      "mode='refreshOnly'",
      "interval='60'",
      "retries='5 30'",
      "least_percent='50'",
      "connection_timeout='1'",
      "read_timeout='2'",
      "search_timeout='3'",
      "patience='6'",
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).toContain(String.raw`(cn=o'\''neil)`);
    expect(text).not.toContain('secret-of-git');
    expect(settingsText({ readTimeout: 0 })).toContain("patience='0'\n");
    expect(settingsText({ secure: 'startTls' })).toContain("start_tls='-ZZ'\n");
  });

  test('the shape is another one for another content or source, and for nothing else', () => {
    expect(shape({ password: 'other', readTimeout: 1 })).toBe(shape());
    const others = [
      shape({ hostname: 'other' }),
      shape({ userNameAttribute: 'cn' }),
      shape({ useUserMembershipAttribute: true }),
      shape({}, { passwords: 'replicated' }),
      shape({}, { filter: '(uid=*)' }),
      shape({}, { attributes: ['l'] }),
      shape({}, { referentialIntegrity: false }),
    ];
    expect(new Set([...others, shape()]).size).toBe(8);
  });
});
