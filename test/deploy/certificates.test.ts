import { TerraformVariable, type TerraformStack } from 'cdktf';
import { X509Certificate } from 'node:crypto';
import { Environment } from '../../constructs/environment';
import { ApacheProxy } from '../../constructs/proxy/apache-proxy';
import { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { Certificate } from '../../constructs/tls/certificate';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import type { SignedCertificate } from '../../constructs/tls/brought-certificate';
import { ecKey, TestCertificate, TestFolder } from '../support/test-certificates';
import { succeed } from './support/command';
import { handshake, type Handshake } from './support/tls-client';
import { AdHocStack, type Build } from './support/ad-hoc-stack';
import { until } from './support/until';

const HOST = 'certificates.localhost';
const stack = new AdHocStack('certificates');
let port = 0;

/** A proxy that serves the certificate; nothing is behind it, as handshakes need nothing there. */
function proxyWith(
  certificate: (env: Environment, scope: TerraformStack) => Certificate,
  outputs: (certificate: Certificate) => Record<string, unknown> = ({ caPem }) => ({ ca: caPem }),
): Build {
  return (scope, settings) => {
    port = settings.port(0);
    const env = new Environment(scope, 'env', settings.environment(0));
    const url = PublicUrl.https(HOST, { port });
    const given = certificate(env, scope);
    const proxyPass = [new ProxyPass({ url, backendOrigin: 'http://nothing:7990', servedBy: 'nothing' })];
    new ApacheProxy(env, 'proxy', { virtualHosts: [VirtualHost.https(url, { certificate: given, proxyPass })] });
    return outputs(given);
  };
}

const serve = (caPem: string): Promise<Handshake> => handshake({ port, servername: HOST, caPem });
/** Once the proxy has reloaded. */
const serialIs = async (caPem: string, certificatePem: string): Promise<void> => {
  const { serialNumber } = new X509Certificate(certificatePem);
  const serial = (): Promise<string> =>
    serve(caPem).then(
      (answer) => answer.serial,
      (error: unknown) => String(error),
    );
  expect(await until(serial, (answer) => answer === serialNumber, 15)).toBe(serialNumber);
};

afterAll(() => stack.destroy());

const root = TestCertificate.root();
const intermediate = root.intermediate();
const leaf = (names = `DNS:${HOST}`, from = -1, until = 90): TestCertificate =>
  intermediate.issue({ names, from, until });

describe('a certificate of Terraform variables', () => {
  const fromVariables = (...names: readonly string[]): Build =>
    proxyWith((_, scope) => {
      const value = (name: string): string =>
        (
          new TerraformVariable(scope, name, { type: 'string', sensitive: true }).value as { toString(): string }
        ).toString();
      return Certificate.fromPem({
        hosts: [HOST],
        certificatePem: value('certificate'),
        privateKeyPem: value('key'),
        caPem: value('ca'),
        ...(names.includes('passphrase') ? { passphrase: value('passphrase') } : {}),
      });
    });
  const withKey = fromVariables();
  const withPassphrase = fromVariables('passphrase');
  const variables = (own: TestCertificate, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    // Without newlines at their ends, as variables come from a shell.
    certificate: `${own.certificatePem}${intermediate.certificatePem}`.trim(),
    key: own.keyPem.trim(),
    ca: root.certificatePem.trim(),
    ...more,
  });
  const first = leaf();
  let container = '';

  test('is served with its intermediate', async () => {
    await stack.apply(withKey, variables(first));
    await serialIs(root.certificatePem, first.certificatePem);
    container = await stack.containerId('proxy');
  });

  const other = leaf();
  test.each<[string, Build, Record<string, string>, RegExp]>([
    [
      'a key of another certificate',
      withKey,
      variables(other, { key: ecKey() }),
      /the private key does not belong to the first certificate, CN=test; give the key/,
    ],
    [
      'an expired certificate',
      withKey,
      variables(leaf(undefined, -90, -1)),
      /CN=test expired at .*; give the renewed one/,
    ],
    [
      'one for another host',
      withKey,
      variables(leaf('DNS:other.localhost')),
      /it is for DNS:other\.localhost, not for certificates\.localhost; get one/,
    ],
    [
      'an encrypted key without its passphrase',
      withKey,
      variables(other, { key: other.encryptedKey('right') }),
      /the private key is encrypted; give its passphrase, too/,
    ],
    [
      'an encrypted key with another passphrase',
      withPassphrase,
      variables(other, { key: other.encryptedKey('right'), passphrase: 'wrong' }),
      /the passphrase does not open the private key/,
    ],
    [
      'text that is no certificate',
      withKey,
      variables(other, { certificate: 'hello' }),
      /chain\.pem holds no PEM certificate/,
    ],
    [
      'a chain out of order',
      withKey,
      variables(other, { certificate: intermediate.certificatePem + other.certificatePem }),
      /the chain is out of order: CN=Test intermediate is not issued by CN=test/,
    ],
  ])('%s fails the deploy, which says why, and the one before is served on', async (_, build, values, sentence) => {
    const failure = await stack.apply(build, values).then(
      () => 'deployed',
      (error: unknown) => String(error),
    );
    expect(failure).toMatch(sentence);
    expect(failure).toContain('The files of certificates/env/proxy/files were not put in place');
    for (const secret of [values['key'], values['passphrase']]) expect(failure).not.toContain(secret ?? 'PRIVATE KEY');
    await serialIs(root.certificatePem, first.certificatePem);
    expect(await stack.containerId('proxy')).toBe(container);
    const files = await succeed('docker', ['exec', stack.container('proxy'), 'ls', '/files']);
    expect(files.trim().split('\n')).toEqual([expect.stringMatching(/^\d+-\d+$/) as string, 'current']);
  });

  test('the same files again are refused in the same words; after docker rm they are looked at again', async () => {
    const values = variables(leaf('DNS:other.localhost'));
    await expect(stack.apply(withKey, values)).rejects.toThrow(/it is for DNS:other\.localhost/);
    await expect(stack.apply(withKey, values)).rejects.toThrow(/it is for DNS:other\.localhost/);
    await succeed('docker', ['rm', stack.container('proxy-loader')]);
    await expect(stack.apply(withKey, values)).rejects.toThrow(/it is for DNS:other\.localhost/);
    await serialIs(root.certificatePem, first.certificatePem);
  });

  test('an encrypted key with its passphrase is served, by the same container, and the passphrase is gone', async () => {
    await stack.apply(withPassphrase, variables(other, { key: other.encryptedKey('right'), passphrase: 'right' }));
    await serialIs(root.certificatePem, other.certificatePem);
    expect(await stack.containerId('proxy')).toBe(container);
    const files = await succeed('docker', ['exec', stack.container('proxy'), 'sh', '-c', 'ls -l /files/current/tls/*']);
    expect(files).toMatch(/^-rw------- .* key\.pem$/m);
    expect(files).not.toContain('passphrase');
  });

  test('the same again changes nothing', async () => {
    const values = variables(other, { key: other.encryptedKey('right'), passphrase: 'right' });
    await stack.apply(withPassphrase, values);
    expect(await stack.plan(withPassphrase, values)).toEqual([]);
  });
});

describe('a certificate of files', () => {
  const folder = new TestFolder();
  afterAll(() => folder.remove());
  const own = leaf();
  const build = proxyWith(() =>
    Certificate.fromFiles({
      certificate: folder.write('server.crt', own.certificatePem),
      chain: folder.write('chain.pem', intermediate.certificatePem),
      key: folder.write('server.key', encrypted),
      passphraseFile: folder.write('passphrase', 'pass phrase\n'),
      ca: folder.write('ca.pem', root.certificatePem),
    }),
  );
  const encrypted = own.encryptedKey('pass phrase');

  test('is served, and neither key nor passphrase are in what is synthesised', async () => {
    const text = await stack.synthesised(build);
    expect(text).not.toContain('PRIVATE KEY');
    expect(text).not.toContain('pass phrase');
    await stack.apply(build);
    await serialIs(root.certificatePem, own.certificatePem);
  });
});

describe('a request', () => {
  const request = (signed?: SignedCertificate): Build =>
    proxyWith(
      (env) => Certificate.request(env, 'server', { hosts: [HOST], ...(signed === undefined ? {} : { signed }) }),
      ({ caPem, certificatePem }) => ({ ca: caPem, certificate: certificatePem }),
    );
  const selfSigned = proxyWith(
    (env) => Certificate.selfSigned(env, 'server', { hosts: [HOST] }),
    ({ caPem, certificatePem }) => ({ ca: caPem, certificate: certificatePem }),
  );
  let publicKey = '';

  test('begins as the self-signed certificate of the seed documents', async () => {
    const { ca, certificate } = (await stack.apply(selfSigned)) as Record<string, string>;
    await serialIs(ca as string, certificate as string);
    publicKey = (await serve(ca as string)).publicKey;
    expect(publicKey.length).toBeGreaterThan(400);
  });

  test('is made of the same key, and served with the same certificate', async () => {
    expect(await stack.plan(request())).toEqual([
      expect.stringMatching(/^tls_cert_request\..* will be created$/) as string,
    ]);
    const { ca, server_csr_pem: csr } = (await stack.apply(request())) as Record<string, string>;
    expect((await serve(ca as string)).publicKey).toBe(publicKey);
    const text = await succeed('openssl', ['req', '-verify', '-noout', '-text'], { input: csr });
    expect(text).toContain('verify OK');
    expect(text).toContain(`DNS:${HOST}`);
    expect(text).toContain('CN = certificates.localhost');
  });

  test('the certificate that an authority makes of it replaces the self-signed one; the key stays', async () => {
    const { server_csr_pem: csr } = (await stack.apply(request())) as Record<string, string>;
    const container = await stack.containerId('proxy');
    const certificatePem = intermediate.signRequest(csr as string, { names: `DNS:${HOST}` });
    const signed = { certificatePem, intermediatesPem: intermediate.certificatePem, caPem: root.certificatePem };
    const plan = await stack.plan(request(signed));
    expect(plan).toEqual([
      expect.stringMatching(/^docker_container\..*_loader_.* must be replaced$/) as string,
      expect.stringMatching(/^tls_self_signed_cert\..* will be destroyed$/) as string,
    ]);
    await stack.apply(request(signed));
    await serialIs(root.certificatePem, certificatePem);
    expect((await serve(root.certificatePem)).publicKey).toBe(publicKey);
    expect(await stack.containerId('proxy')).toBe(container);
  });

  test('a certificate of another key is refused', async () => {
    const foreign = { certificatePem: leaf().certificatePem + intermediate.certificatePem, caPem: root.certificatePem };
    await expect(stack.apply(request(foreign))).rejects.toThrow(
      /the private key does not belong to the first certificate/,
    );
    expect((await serve(root.certificatePem)).publicKey).toBe(publicKey);
  });
});

describe('an authority with an intermediate', () => {
  const build = (intermediate: boolean, renewBefore?: number): Build =>
    proxyWith(
      (env) =>
        new CertificateAuthority(env, 'ca', { keyAlgorithm: 'RSA 3072', intermediate, renewBefore }).issue('proxy', {
          hosts: [HOST, `*.${HOST}`],
          ipAddresses: ['127.0.0.1', '::1'],
          keyAlgorithm: 'ECDSA P-384',
        }),
      ({ caPem, certificatePem }) => ({ ca: caPem, certificate: certificatePem }),
    );

  test('clients that trust the root alone verify names and addresses', async () => {
    const { ca, certificate } = (await stack.apply(build(false))) as Record<string, string>;
    await serialIs(ca as string, certificate as string);
    expect((await serve(ca as string)).issuer).toContain('cdktf-git-topology CA');
    const names = new X509Certificate(certificate as string);
    expect([names.checkHost(`x.${HOST}`), names.checkIP('127.0.0.1'), names.checkIP('::1')]).not.toContain(undefined);
  });

  test('turned on, it keeps every key', async () => {
    const plan = await stack.plan(build(true));
    expect(plan.filter((line) => line.startsWith('tls_private_key.'))).toEqual([
      expect.stringMatching(/intermediate_key_.* will be created$/) as string,
    ]);
    const { ca } = (await stack.apply(build(true))) as Record<string, string>;
    const answer = await until(
      () => serve(ca as string),
      ({ issuer }) => issuer.includes('intermediate'),
      15,
    );
    expect(answer.issuer).toContain('intermediate CA');
  });

  test('another renewal window of the root is taken without a new certificate', async () => {
    expect(await stack.plan(build(true, 100))).toEqual([
      expect.stringMatching(/^tls_self_signed_cert\..* will be updated in-place$/) as string,
    ]);
  });
});
