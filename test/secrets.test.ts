import { TerraformStack, TerraformVariable } from 'cdktf';
import { BitbucketServer } from '../constructs/bitbucket/bitbucket-server';
import { Secret } from '../constructs/docker/secret';
import type { Environment } from '../constructs/environment';
import { Access } from '../constructs/git/access';
import { SshEndpoint } from '../constructs/git/ssh-endpoint';
import type { SshHostKeys } from '../constructs/git/ssh-host-key';
import { TomcatGitServer } from '../constructs/git/tomcat-git-server';
import { DirectoryReplica } from '../constructs/ldap/directory-replica';
import { OpenLdapServer } from '../constructs/ldap/open-ldap-server';
import { PublicUrl } from '../constructs/proxy/public-url';
import { Certificate } from '../constructs/tls/certificate';
import { fakeDirectory } from './support/fakes';
import { ED25519, publicKey } from './support/ssh-keys';
import { resolved, synth, type Synthesised } from './support/synth';
import { TestCertificate, TestFolder } from './support/test-certificates';

const ECDSA = publicKey('ecdsa-sha2-nistp256');
const folder = new TestFolder();
afterAll(() => folder.remove());

/** Everything that would generate a secret, with each brought by a value of that name. */
function broughtBy(secret: (env: Environment, name: string) => string): Synthesised {
  return synth((env) => {
    const root = TestCertificate.root();
    const certificate = (host: string): Certificate => {
      const leaf = root.issue({ names: `DNS:${host}` });
      const pems = { certificatePem: leaf.certificatePem, caPem: root.certificatePem };
      return Certificate.fromPem({ ...pems, hosts: [host], privateKeyPem: secret(env, `key-of-${host}`) });
    };
    const ldap = new OpenLdapServer(env, 'ldap', {
      baseDn: 'dc=example,dc=com',
      certificate: certificate('ldap'),
      serviceAccountPassword: secret(env, 'service-account'),
      replication: { password: secret(env, 'replicator') },
    });
    const replica = new DirectoryReplica(env, 'copy', {
      source: ldap.replicationSource({ name: 'copy' }),
      certificate: certificate('copy'),
      serviceAccountPassword: secret(env, 'of-the-copy'),
    });
    const hostKeys: SshHostKeys = {
      ed25519: { privateKey: secret(env, 'host-key-ed25519'), publicKey: `${ED25519} comment` },
      ecdsa: { privateKey: secret(env, 'host-key-ecdsa'), publicKey: ECDSA },
    };
    const git = new TomcatGitServer(env, 'git', {
      access: Access.direct(PublicUrl.http('git.example.com', { port: 7990 })),
      directories: [ldap.directory(), replica.directory()],
      ssh: SshEndpoint.on(7999),
      sshServer: { hostKeys },
    });
    expect(git.sshServer?.hostKeys).toEqual([ED25519, ECDSA]);
    new BitbucketServer(env, 'bitbucket', {
      access: Access.direct(PublicUrl.https('git.example.com', { port: 7443 }), certificate('git.example.com')),
      directories: [ldap.directory()],
      licence: secret(env, 'licence'),
      administrator: { emailAddress: 'a@example.com', password: secret(env, 'administrator') },
      keyStorePassword: secret(env, 'key-store'),
    });
  });
}

type Upload = Readonly<Record<'file' | 'content' | 'source' | 'source_hash', string | undefined>>;

/** What each secret file of a service has, by the service's path and the file's. */
function uploads(stack: Synthesised): Readonly<Record<string, Upload>> {
  return Object.fromEntries(
    Object.entries(stack.all('docker_container')).flatMap(([path, { upload }]) =>
      ((upload ?? []) as Upload[]).map((each) => [
        `${path.replace(/^env\/|\/files\/loader$/g, '')}: ${each.file?.slice('/staging/'.length)}`,
        each,
      ]),
    ),
  );
}

/** File and the name of the secret that must be in it. */
const WHERE: Readonly<Record<string, string>> = {
  'ldap: accounts/service-account/password': 'service-account',
  'ldap: accounts/replicator/password': 'replicator',
  'ldap: tls/key.pem': 'key-of-ldap',
  'copy: accounts/service-account/password': 'of-the-copy',
  'copy: tls/key.pem': 'key-of-copy',
  'git: directories/1/password': 'service-account',
  'git: directories/2/password': 'of-the-copy',
  'git/ssh: host-keys/ed25519': 'host-key-ed25519',
  'git/ssh: host-keys/ecdsa': 'host-key-ecdsa',
  'bitbucket: tls/key.pem': 'key-of-git.example.com',
  'bitbucket: tls/keystore-password': 'key-store',
  'bitbucket: bitbucket.properties.secrets/setup.license': 'licence',
  'bitbucket: bitbucket.properties.secrets/setup.sysadmin.password': 'administrator',
  'bitbucket: bitbucket.properties.secrets/server.ssl.key-store-password': 'key-store',
  'bitbucket/provisioner: administrator-password': 'administrator',
};

describe('every secret that would be generated has a property to bring it', () => {
  test('by sensitive variables: nothing is generated, and each is where it is needed', () => {
    const variables = new Map<string, TerraformVariable>();
    const stack = broughtBy((env, name) => {
      const id = name.replaceAll('.', '-');
      const variable =
        variables.get(id) ?? new TerraformVariable(TerraformStack.of(env), id, { type: 'string', sensitive: true });
      variables.set(id, variable);
      return variable.stringValue;
    });
    expect([stack.all('random_password'), stack.all('tls_private_key')]).toEqual([{}, {}]);
    const found = uploads(stack);
    for (const [file, name] of Object.entries(WHERE)) {
      expect([file, found[file]?.content]).toEqual([file, `\${var.${name.replaceAll('.', '-')}}`]);
    }
  });

  test('by files: neither JSON nor state have more of them than a hash', () => {
    const stack = broughtBy((_env, name) => {
      folder.write(name, `value of ${name}`);
      return Secret.fromFile(`${folder.path}/${name}`);
    });
    expect([stack.all('random_password'), stack.all('tls_private_key')]).toEqual([{}, {}]);
    expect(stack.text).not.toContain('value of');
    const found = uploads(stack);
    for (const [file, name] of Object.entries(WHERE)) {
      const path = `${folder.path}/${name}`;
      expect([file, found[file]]).toEqual([
        file,
        expect.objectContaining({ source: path, source_hash: `\${sensitive(filesha256("${path}"))}` }),
      ]);
      expect(found[file]?.content).toBeUndefined();
    }
  });
});

describe('Secret.fromFile', () => {
  const file = (text: string): string => {
    folder.write('one', text);
    return `${folder.path}/one`;
  };

  test('is a reference, also where it is no file of a service', () => {
    const path = file('p"w');
    expect(resolved(Secret.fromFile(path))).toBe(`\${sensitive(file("${path}"))}`);
    expect(Secret.fileOf('plain text')).toBeUndefined();
  });

  test.each([
    ['', 'an empty file; write the secret into it'],
    ['password\n', "a line with a newline at its end; write the secret alone: printf %s '...' writes none"],
  ])('%j is refused', (text, message) => {
    expect(() => Secret.fromFile(file(text))).toThrow(message);
  });

  test('keys of several lines are taken, what cannot be read is not', () => {
    expect(() => Secret.fromFile(file('-----BEGIN\nEND-----\n'))).not.toThrow();
    expect(() => Secret.fromFile('/no/such')).toThrow('cannot be read (ENOENT)');
    expect(() => Secret.fileReference('x', '/a"b')).toThrow('without quotes');
  });
});

test('a host key of the wrong kind is refused', () => {
  const key = { privateKey: 'k', publicKey: ECDSA };
  expect(() =>
    synth((env) => {
      new TomcatGitServer(env, 'git', {
        access: Access.direct(PublicUrl.http('git.example.com', { port: 7990 })),
        directories: [fakeDirectory()],
        ssh: SshEndpoint.on(7999),
        sshServer: { hostKeys: { ed25519: key, ecdsa: key } },
      });
    }),
  ).toThrow('hostKeys ed25519: a key of the type "ecdsa-sha2-nistp256"; give one of ssh-ed25519');
});
