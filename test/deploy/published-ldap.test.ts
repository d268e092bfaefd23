import { Client } from 'ldapts';
import { Environment } from '../../constructs/environment';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { BASE_DN, DemoAccounts, demoSeed } from '../../stacks/demo-directory';
import { clock } from './suites/clock';
import { AdHocStack } from './support/ad-hoc-stack';
import { succeed } from './support/command';
import { handshake } from './support/tls-client';

const HOST = 'ldap.example.com';
const stack = new AdHocStack('published-ldap');
let port = 0;
let caPem = '';
let password = '';

afterAll(() => stack.destroy());

test('deploy', async () => {
  const outputs = await stack.apply((scope, settings) => {
    port = settings.port(0);
    const env = new Environment(scope, 'env', settings.environment(0));
    const accounts = new DemoAccounts(scope, 'accounts');
    const ca = new CertificateAuthority(env, 'ca');
    const ldap = new OpenLdapServer(env, 'ldap', {
      baseDn: BASE_DN,
      certificate: ca.issue('ldap', { hosts: ['ldap', HOST] }),
      seed: demoSeed(),
      passwords: accounts.passwordsByDn,
      publishLdap: { host: HOST, port },
    });
    return { ca: ca.caPem, password: accounts.passwords['reader'], url: ldap.publishedUrl };
  });
  expect(outputs['url']).toBe(`ldaps://${HOST}:${port}`);
  caPem = outputs['ca'] as string;
  password = outputs['password'] as string;
});

test.each([HOST, 'ldap'])('clients beyond the engine verify the name %s', async (servername) => {
  expect((await handshake({ port, servername, caPem })).issuer).toContain('CA');
});

test('another name is none of its own', async () => {
  await expect(handshake({ port, servername: 'other.example.com', caPem })).rejects.toThrow(/altname|Hostname/i);
});

test('who has a name and a password is answered there, and nobody else', async () => {
  const dn = `uid=reader,ou=people,${BASE_DN}`;
  const client = (): Client =>
    new Client({ url: `ldaps://127.0.0.1:${port}`, tlsOptions: { ca: caPem, servername: HOST }, timeout: 10_000 });
  const [reader, stranger] = [client(), client()];
  await reader.bind(dn, password);
  expect((await reader.exop('1.3.6.1.4.1.4203.1.11.3')).value).toBe(`dn:${dn}`);
  await expect(stranger.search(BASE_DN, { filter: '(uid=*)' })).rejects.toThrow();
  await Promise.all([reader.unbind(), stranger.unbind()]);
});

test('the network of a published directory leads to nobody else, and not out', async () => {
  const inspect = (format: string): Promise<string> =>
    succeed('docker', ['network', 'inspect', '--format', format, stack.container('published')]);
  expect((await inspect('{{range .Containers}}{{.Name}} {{end}}')).trim()).toBe(stack.container('ldap'));
  const subnet = (await inspect('{{(index .IPAM.Config 0).Subnet}}')).trim();
  const rules = await succeed('iptables', ['-t', 'nat', '-S', 'POSTROUTING']);
  const front = (
    await succeed('docker', [
      ...['network', 'inspect', '--format', '{{(index .IPAM.Config 0).Subnet}}', stack.container('front')],
    ])
  ).trim();
  // What gives connections of other networks the host's address, with which they would be answered.
  expect(rules).toContain(`-s ${front} ! -o`);
  expect(rules).not.toContain(`-s ${subnet} ! -o`);
});

if (process.env.TEST_SCALE === 'full') describe('the clock of the directory', () => clock());
