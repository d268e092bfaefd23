import { ref, TerraformStack, Testing, Token } from 'cdktf';
import { ServiceImage } from '../../constructs/docker/service-image';
import { Environment } from '../../constructs/environment';
import { LdapSchema } from '../../constructs/ldap/ldap-schema';
import { Ldif } from '../../constructs/ldap/ldif';
import type { DirectoryOptions, OpenLdapServerProps } from '../../constructs/ldap/open-ldap-props';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { Certificate } from '../../constructs/tls/certificate';
import { fakeCertificate } from '../support/fakes';
import { Synthesised, testEnvironment } from '../support/synth';
import { ED25519, ED25519_TOO } from '../support/ssh-keys';

interface Upload {
  readonly file: string;
  readonly content: string;
  readonly permissions: string;
}
interface ContainerResource {
  readonly name: string;
  readonly [attribute: string]: unknown;
}

const BASE = 'dc=example,dc=com';
const certificate = (...hosts: string[]): Certificate =>
  new Certificate({
    hosts,
    certificatePem: 'CERT\n',
    intermediatesPem: 'CHAIN\n',
    privateKeyPem: 'KEY\n',
    caPem: 'CA\n',
  });
const demo = Ldif.fromFile('directory.ldif');

function build(props: Partial<OpenLdapServerProps> = {}, id = 'ldap') {
  const app = Testing.app();
  const stack = new TerraformStack(app, 'test');
  const environment = new Environment(stack, 'env', { name: 'test' });
  const image = ServiceImage.named(environment, 'image', 'registry.example.com/openldap:1');
  const server = new OpenLdapServer(environment, id, {
    baseDn: BASE,
    certificate: certificate('ldap'),
    seed: demo,
    image,
    ...props,
  });
  const synth = (): Record<string, Record<string, ContainerResource>> =>
    (JSON.parse(Testing.synth(stack, true)) as { resource: Record<string, Record<string, ContainerResource>> })
      .resource;
  const container = (name: string): ContainerResource => {
    const found = Object.values(synth().docker_container ?? {}).find((each) => each.name === name);
    if (found === undefined) throw new Error(`no container ${name}`);
    return found;
  };
  const files = (): Map<string, Upload> =>
    new Map(
      (container('test-ldap-loader').upload as Upload[]).map((upload) => [
        upload.file.replace('/staging/', ''),
        upload,
      ]),
    );
  return { server, synth, container, files };
}

const file = (props: Partial<OpenLdapServerProps>, path: string): string =>
  build(props).files().get(path)?.content ?? '';

test('files: configuration readable, key and passwords for slapd alone', () => {
  const files = build({ passwords: { [`uid=writer,ou=people,${BASE}`]: 'a&"<\'${x}%{y}\\\n' } }).files();
  expect(Object.fromEntries([...files].map(([path, { permissions }]) => [path, permissions]))).toMatchObject({
    'slapd.conf': '0644',
    'seed.ldif': '0644',
    'base-dn': '0644',
    'tls/chain.pem': '0644',
    'tls/key.pem': '0600',
    'tls/ca.pem': '0644',
    'tls/names': '0644',
    'accounts/service-account/password': '0600',
    'accounts/0001/password': '0600',
  });
  expect(files.get('accounts/0001/password')?.content).toBe('a&"<\'$${x}%%{y}\\\n');
  expect(files.get('accounts/0001/change.ldif')?.content).toBe(
    `dn: uid=writer,ou=people,${BASE}\nchangetype: modify\nreplace: userPassword\nuserPassword:: `,
  );
  expect(files.get('accounts/service-account/password')?.content).toMatch(/^\$\{random_password\..*\.result\}$/);
  expect(files.get('tls/chain.pem')?.content).toBe('CERT\nCHAIN\n');
  expect(files.get('required/0002/entry.ldif')?.content).toContain('simpleSecurityObject');
});

test('the container: internal network alone, nothing published, data in a named volume, changed files restart it', () => {
  const { container, synth } = build();
  const ldap = container('test-ldap');
  expect(ldap.ports).toEqual([]);
  expect(ldap.networks_advanced).toEqual([expect.objectContaining({ aliases: ['ldap'] })]);
  expect(JSON.stringify(ldap.networks_advanced)).toContain('directory');
  expect(ldap.user).toBe('10002:10002');
  expect(ldap.capabilities).toEqual({ add: [], drop: ['ALL'] });
  expect(JSON.stringify(ldap.volumes)).toContain('/var/lib/openldap');
  expect(JSON.stringify(ldap.labels)).toContain('cdktf-git-topology.files');
  expect((ldap.healthcheck as { test: string[] }).test).toEqual([
    'CMD',
    'check-slapd',
    'ldaps://ldap:636',
    'service-account',
  ]);
  expect(Object.values(synth().docker_volume ?? {}).map(({ name }) => name)).toContain('test-ldap-data');
  expect(Object.values(synth().random_password ?? {})).toEqual([
    expect.objectContaining({ length: 32, special: true }),
  ]);
});

describe('every prop reaches the output', () => {
  const alone = Ldif.parse(`dn: ou=all,o=Acme\nobjectClass: organizationalUnit\nou: all\n`);
  const flat = { additionalUserDn: '', additionalGroupDn: '' };

  test('baseDn and seed', () => {
    const props = { baseDn: 'o=Acme', seed: alone, ...flat };
    expect(file(props, 'base-dn')).toBe('o=Acme');
    expect(file(props, 'slapd.conf')).toContain('suffix "o=Acme"');
    expect(file(props, 'seed.ldif')).toContain('dn: ou=all,o=Acme\n');
  });

  test('serviceAccount', () => {
    const serviceAccount = `uid=sync,${BASE}`;
    expect(file({ serviceAccount }, 'slapd.conf')).toContain(`limits dn.exact="${serviceAccount}"`);
    expect(file({ serviceAccount }, 'accounts/service-account/dn')).toBe(serviceAccount);
    expect(build({ serviceAccount }).server.bindDn).toBe(serviceAccount);
  });

  test('additionalUserDn and additionalGroupDn', () => {
    const props = { additionalUserDn: 'ou=groups', additionalGroupDn: '' };
    expect(file(props, 'slapd.conf')).toContain(`dn.subtree="ou=groups,${BASE}"`);
    const directory = build(props).server.directory();
    expect([directory.userBase, directory.groupBase]).toEqual([`ou=groups,${BASE}`, BASE]);
  });

  test('sshPublicKeys: without comments, by what the start script needs', () => {
    const dn = `uid=writer,ou=people,${BASE}`;
    const props = { sshPublicKeys: { [dn]: [`${ED25519} at home`, `${ED25519_TOO}\n`] } };
    expect(file(props, 'ssh-keys/0001/change.ldif')).toBe(
      `dn: ${dn}\ncontrol: 1.2.840.113556.1.4.1413 true\nchangetype: modify\n` +
        'add: objectClass\nobjectClass: ldapPublicKey\n-\nreplace: sshPublicKey\n',
    );
    const values = file(props, 'ssh-keys/0001/values');
    for (const key of [ED25519, ED25519_TOO]) expect(values).toContain(Buffer.from(key).toString('base64'));
    const reference = Token.asString(ref('tls_private_key.x.public_key_openssh'));
    expect(file({ sshPublicKeys: { [dn]: reference } }, 'ssh-keys/0001/values')).toBe(
      '${base64encode(trimspace(tls_private_key.x.public_key_openssh))}',
    );
    expect([...build().files().keys()].some((path) => path.startsWith('ssh-keys/'))).toBe(false);
  });

  test('startTls', () => {
    expect(file({}, 'listeners')).toBe('ldaps:///');
    expect(file({ startTls: true }, 'listeners')).toBe('ldaps:/// ldap:///');
    const { server } = build({ startTls: true });
    expect(server.directory().url).toBe('ldaps://ldap:636');
    expect(server.directory({ secure: 'startTls' })).toMatchObject({ url: 'ldap://ldap:389', secure: 'startTls' });
    expect(() => build().server.directory({ secure: 'startTls' })).toThrow('env/ldap: a connection with StartTLS');
  });

  test('publishLdap: a port of the host, a network of its own, and a name that the certificate is for', () => {
    const publishLdap = { host: 'ldap.example.com', port: 1636 };
    const built = build({ publishLdap, certificate: certificate('ldap', 'ldap.example.com') });
    expect(built.server.publishedUrl).toBe('ldaps://ldap.example.com:1636');
    expect(built.server.directory().url).toBe('ldaps://ldap:636');
    const ldap = built.container('test-ldap');
    expect(ldap.ports).toEqual([{ external: 1636, internal: 636, ip: '127.0.0.1', protocol: 'tcp' }]);
    expect(JSON.stringify(ldap.networks_advanced)).toMatch(/env_directory.*env_published/);
    const usual = build({
      publishLdap: { host: 'ldap.example.com' },
      certificate: certificate('ldap', '*.example.com'),
    });
    expect(usual.server.publishedUrl).toBe('ldaps://ldap.example.com:636');
    expect(build().server.publishedUrl).toBeUndefined();
    expect(build().container('test-ldap').ports).toEqual([]);
    expect(Object.keys(build().synth().docker_network ?? {})).toHaveLength(2);
  });

  test('schema, in order', () => {
    const schema = ['a', 'b'].map((name, index) =>
      LdapSchema.parse(`objectclass ( 1.2.3.${index} NAME '${name}' AUXILIARY )`),
    );
    expect(file({ schema }, 'schema/02.schema')).toBe("objectclass ( 1.2.3.1 NAME 'b' AUXILIARY )\n");
    expect(file({ schema }, 'slapd.conf')).toContain(
      'include /files/current/schema/01.schema\ninclude /files/current/schema/02.schema\n',
    );
  });

  test('passwordHash', () => {
    expect(file({ passwordHash: 'ssha' }, 'slapd.conf')).toContain('password-hash {SSHA}');
  });

  test('memory, maxSize, image and certificate', () => {
    const ldap = build({ memory: 256, certificate: certificate('ldap', 'x') }).container('test-ldap');
    expect([ldap.memory, ldap.memory_swap]).toEqual([256, 256]);
    expect(ldap.image).toContain('docker_image.env_image');
    expect(file({ maxSize: 32 }, 'slapd.conf')).toContain('maxsize 33554432');
    expect(file({}, 'slapd.conf')).toContain('maxsize 1073741824');
  });
});

test('directory() is the typed connection', () => {
  const { server } = build();
  expect(server.url).toBe('ldaps://ldap:636');
  expect(server.directory()).toMatchObject({
    name: 'ldap',
    url: 'ldaps://ldap:636',
    username: `cn=git-server,ou=services,${BASE}`,
    password: server.bindPassword,
    caPem: 'CA\n',
    baseDn: BASE,
    userBase: `ou=people,${BASE}`,
    groupBase: `ou=groups,${BASE}`,
  });
  const unique = server.directory({
    name: 'Unique',
    groupObjectFilter: '(objectClass=groupOfUniqueNames)',
    groupMembersAttribute: 'uniqueMember',
  });
  expect(unique).toMatchObject({ name: 'Unique', schema: { groupMembersAttribute: 'uniqueMember' } });
});

describe('replication', () => {
  const account = `cn=replicator,ou=services,${BASE}`;

  test('an account of its own that reads everything, passwords by choice', () => {
    const conf = file({ replication: {} }, 'slapd.conf');
    expect(conf).toContain('moduleload syncprov');
    expect(conf).toContain('overlay syncprov');
    expect(conf).toContain(`limits dn.exact="${account}" size=unlimited time=unlimited`);
    expect(conf).toContain(`access to attrs=userPassword,pwdHistory by dn.exact="${account}" none by * break`);
    expect(conf).toContain(`access to dn.subtree="${BASE}" by dn.exact="${account}" read by * break`);
    expect(file({ replication: { readsPasswords: true } }, 'slapd.conf')).toContain(`"${account}" read by * break`);
    expect(file({ replication: {} }, 'accounts/replicator/dn')).toBe(account);
    expect(file({ replication: {} }, 'seed.ldif')).toContain(`dn: ${account}\n`);
    const { server } = build({ replication: { account: `uid=sync,${BASE}` } });
    const source = server.replicationSource({ readTimeout: 7 });
    expect(source).toMatchObject({ url: server.url, username: `uid=sync,${BASE}`, readTimeout: 7, baseDn: BASE });
    expect(source.password).not.toBe(server.bindPassword);
  });

  test('nothing of it where nobody asked', () => {
    expect(file({}, 'slapd.conf')).not.toMatch(/syncprov|replicator/);
    expect([...build().files().keys()].join()).not.toContain('replicator');
    expect(() => build().server.replicationSource()).toThrow('replicationSource() without an account for it');
  });
});

describe('directory() follows the class of groups', () => {
  test.each([
    ['groupOfNames', 'OpenLDAP', 'inetOrgPerson', 'member'],
    ['groupOfUniqueNames', 'OpenLDAP', 'inetOrgPerson', 'uniqueMember'],
    ['posixGroup', 'OpenLDAPRfc2307', 'posixAccount', 'memberUid'],
  ] as const)('%s', (groupClass, crowdClass, user, member) => {
    const environment = testEnvironment();
    const certificate = fakeCertificate('ldap');
    const server = new OpenLdapServer(environment, 'ldap', { baseDn: BASE, certificate, seed: demo, groupClass });
    expect(server.directory()).toMatchObject({
      type: { crowdClass },
      schema: {
        userObjectFilter: `(objectClass=${user})`,
        userNameAttribute: 'uid',
        groupObjectClass: groupClass,
        groupObjectFilter: `(objectClass=${groupClass})`,
        groupMembersAttribute: member,
      },
    });
    const configuration = new Synthesised(TerraformStack.of(environment)).file('env/ldap', 'slapd.conf');
    expect(configuration.includes('memberUid eq')).toBe(groupClass === 'posixGroup');
  });

  test('nesting of Posix groups is refused', () => {
    const options = { nestedGroups: true } as DirectoryOptions;
    expect(() => build({ groupClass: 'posixGroup' as 'groupOfNames' }).server.directory(options)).toThrow(
      'nestedGroups',
    );
  });
});

describe('bad input', () => {
  const hashed = Ldif.parse(
    `dn: ou=people,${BASE}\nobjectClass: organizationalUnit\nou: people\n\n` +
      `dn: ou=groups,${BASE}\nobjectClass: organizationalUnit\nou: groups\n\n` +
      `dn: cn=git,${BASE}\nobjectClass: person\ncn: git\nsn: git\nuserPassword: {SSHA}x\n`,
  );
  const keyed = Ldif.parse(
    `dn: ou=people,${BASE}\nobjectClass: organizationalUnit\nou: people\n\n` +
      `dn: ou=groups,${BASE}\nobjectClass: organizationalUnit\nou: groups\n\n` +
      `dn: uid=k,${BASE}\nobjectClass: account\nobjectClass: ldapPublicKey\nuid: k\nsshPublicKey: ${ED25519} k\n\n` +
      `dn: uid=l,${BASE}\nobjectClass: account\nuid: l\n`,
  );
  const ann = `uid=writer,ou=people,${BASE}`;

  test.each<[string, Partial<OpenLdapServerProps>, string]>([
    ['a base DN that is none', { baseDn: 'example.com' }, 'env/ldap: the DN "example.com"'],
    ['a base DN that the seed is not below', { baseDn: 'dc=other' }, 'directory.ldif, line 6: the entry'],
    ['a base DN that Terraform knows', { baseDn: '${TfToken[TOKEN.0]}' }, 'only Terraform knows'],
    ['a certificate for another host', { certificate: certificate('git') }, 'env/ldap: a certificate for git'],
    [
      'a name for others that the certificate is not for',
      { publishLdap: { host: 'ldap.example.com' } },
      'env/ldap publishLdap: a certificate for ldap; give one that is issued for ldap.example.com',
    ],
    ['a name for others that is none', { publishLdap: { host: 'a b' } }, 'env/ldap publishLdap'],
    ['port 0', { publishLdap: { host: 'ldap', port: 0 } }, 'env/ldap publishLdap: port 0'],
    ['a service account elsewhere', { serviceAccount: 'cn=a,dc=b' }, 'below the base DN'],
    ['users that are nowhere', { additionalUserDn: 'ou=staff' }, 'the seed has no entry "ou=staff,dc=example,dc=com"'],
    ['groups that are nowhere', { additionalGroupDn: 'ou=teams' }, 'additionalGroupDn'],
    [
      'a second password for the account of copies',
      { replication: {}, passwords: { [`cn=replicator,ou=services,${BASE}`]: 'a' } },
      'a second password for "cn=replicator,ou=services,dc=example,dc=com"',
    ],
    ['a password of nobody', { passwords: { [`uid=x,${BASE}`]: 'a' } }, 'the seed has no entry of'],
    ['a password of what is no DN', { passwords: { writer: 'a' } }, 'env/ldap passwords: the DN "writer"'],
    ['two passwords for one', { passwords: { [ann]: 'a', [ann.toUpperCase()]: 'b' } }, 'a second password'],
    [
      'a password for the service account',
      { passwords: { [`cn=git-server,ou=services,${BASE}`]: 'a' } },
      'a second password',
    ],
    ['an empty password', { passwords: { [ann]: '' } }, 'an empty secret'],
    ['a password and a hash', { seed: hashed, passwords: { [`cn=git,${BASE}`]: 'a' } }, 'remove one of the two'],
    ['a hash of the service account', { seed: hashed, serviceAccount: `cn=git,${BASE}` }, 'the password is generated'],
    [
      'keys of nobody',
      { sshPublicKeys: { [`uid=x,${BASE}`]: ED25519 } },
      'sshPublicKeys: "uid=x,dc=example,dc=com", which the seed has no',
    ],
    ['keys of what is no DN', { sshPublicKeys: { writer: ED25519 } }, 'env/ldap sshPublicKeys: the DN "writer"'],
    ['keys of one twice', { sshPublicKeys: { [ann]: ED25519, [ann.toUpperCase()]: ED25519_TOO } }, 'a second time'],
    ['no key', { sshPublicKeys: { [ann]: [] } }, `no key for "${ann}"`],
    [
      'a private key',
      { sshPublicKeys: { [ann]: '-----BEGIN OPENSSH PRIVATE KEY-----' } },
      'env/ldap sshPublicKeys: a private key',
    ],
    [
      'one key of two',
      { sshPublicKeys: { [ann]: ED25519, [`uid=reader,ou=people,${BASE}`]: `${ED25519} too` } },
      `that "${ann}" has`,
    ],
    [
      'a key of an entry that has some',
      { seed: keyed, sshPublicKeys: { [`uid=k,${BASE}`]: ED25519_TOO } },
      'remove one of the two',
    ],
    [
      'a key that an entry of the seed has',
      { seed: keyed, sshPublicKeys: { [`uid=l,${BASE}`]: ED25519 } },
      'that "uid=k,dc=example,dc=com" has',
    ],
    ['an account for copies elsewhere', { replication: { account: 'cn=a,dc=b' } }, 'below the base DN'],
    ['an account for copies that is no DN', { replication: { account: 'a' } }, 'env/ldap replication: the DN "a"'],
    ['too little memory', { memory: 64 }, 'memory 64'],
    ['a size of nothing', { maxSize: 0.5 }, 'maxSize 0.5'],
  ])('%s', (_, props, message) => {
    expect(() => build(props)).toThrow(message);
  });
});
