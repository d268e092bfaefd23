import type { DetailedPeerCertificate } from 'node:tls';
import { refuseLeftovers } from '../../scripts/stack/leftovers';
import { trustedOrRefused } from '../../scripts/verify/quick-test/certificate-report';
import { QuickTest } from '../../scripts/verify/quick-test/quick-test';
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { directoryOutput } from '../../stacks/directory-outputs';
import { BIND_DN, FakeDirectory } from '../support/fake-directory';
import { TestCertificate } from '../support/test-certificates';
import { readPage } from './pages';

/** The lines of a page's ```text blocks: what commands print. */
function quoted(page: string): readonly string[] {
  return readPage(page)
    .fences.filter(({ language }) => language === 'text')
    .flatMap(({ text }) => text.trim().split('\n'));
}

const troubleshooting = quoted('docs/how-to/troubleshooting.md');

const BASE = 'dc=example,dc=com';
const TREE = {
  [`ou=people,${BASE}`]: { objectClass: 'organizationalUnit' },
  [`uid=ann,ou=people,${BASE}`]: {
    objectClass: 'inetOrgPerson',
    uid: 'ann',
    cn: 'Ann',
    displayName: 'Ann',
    mail: 'ann@example.com',
  },
  [`ou=groups,${BASE}`]: { objectClass: 'organizationalUnit' },
  [`cn=leads,ou=groups,${BASE}`]: { objectClass: 'groupOfNames', cn: 'leads', member: `uid=ann,ou=people,${BASE}` },
  [`cn=developers,ou=groups,${BASE}`]: {
    objectClass: 'groupOfNames',
    cn: 'developers',
    member: `cn=leads,ou=groups,${BASE}`,
  },
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [
      `cn=team${index},ou=groups,${BASE}`,
      { objectClass: 'groupOfNames', cn: `team${index}`, member: `uid=bob,ou=people,${BASE}` },
    ]),
  ),
};

/** The lines that `verify` has for a directory with these settings, as it prints them, each after 3 ms. */
async function verified(
  name: string,
  settings: Partial<Parameters<typeof LdapDirectory.openLdap>[0]>,
): Promise<string[]> {
  const connection = {
    hostname: 'ldap.example.com',
    username: BIND_DN,
    password: 'secret',
    caPem: 'PEM',
    baseDn: BASE,
  };
  const tree = { additionalUserDn: 'ou=people', additionalGroupDn: 'ou=groups', userNameAttribute: 'uid' };
  const directory = directoryOutput(LdapDirectory.openLdap({ name, ...connection, ...tree, ...settings }));
  const lines: string[] = [];
  for await (const { passed, text } of new QuickTest(
    directory,
    new FakeDirectory(TREE),
    new Map([['ann', 'x']]),
  ).run()) {
    lines.push(`${passed ? 'pass' : 'FAIL'}  ${text.replace(/\[\d+ ms\]$/, '[3 ms]')}`);
  }
  return lines;
}

test("nested groups: verify's line about ann", async () => {
  const lines = await verified('ldap', {
    nestedGroups: true,
    groupObjectFilter: '(objectClass=groupOfNames)',
    groupMembersAttribute: 'member',
  });
  for (const line of quoted('docs/how-to/nested-groups.md')) expect(lines).toContain(line);
});

test("empty groups: verify's lines about a filter and about an attribute that fit nothing", async () => {
  const about = troubleshooting.filter((line) => line.startsWith('FAIL  directory Staff: has groups: '));
  const [byFilter, byAttribute] = [
    await verified('Staff', {}),
    await verified('Staff', { groupObjectFilter: '(objectClass=groupOfNames)' }),
  ];
  expect([byFilter, byAttribute].map((lines) => lines.find((line) => line.includes('has groups')))).toEqual(about);
});

test("PKIX: verify's line about a certificate of another authority", () => {
  const { certificatePem } = TestCertificate.root({ subject: '/CN=Example CA 1' });
  const socket = {
    authorized: false,
    // Node.js has a text here, whatever its types say.
    authorizationError: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' as unknown as Error,
    getPeerCertificate: () =>
      ({
        subjectaltname: 'DNS:ldap.example.com',
        issuer: { CN: 'Example CA 2' },
      }) as unknown as DetailedPeerCertificate,
    getProtocol: () => 'TLSv1.3',
  };
  const told = (): string => trustedOrRefused({ hostname: 'ldap.example.com', caPem: certificatePem }, socket);
  const [line = ''] = troubleshooting.filter((text) => text.startsWith('FAIL  directory Staff: speaks TLS: '));
  expect(told).toThrow(line.replace('FAIL  directory Staff: speaks TLS: ', ''));
});

test("name already in use: up's sentence", () => {
  const volumes = ['https-proxy-git-data', 'https-proxy-ldap-data'].map((name) => ({ kind: 'volume', name }) as const);
  expect(troubleshooting).toContain(refuseLeftovers(volumes, 'https-proxy', '/home/ann/git/state/https-proxy.tfstate'));
});
