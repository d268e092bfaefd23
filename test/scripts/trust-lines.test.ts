import { X509Certificate } from 'node:crypto';
import { clientTrusts, trustText, type TrustedStack } from '../../scripts/stack/trust-lines';
import { TestCertificate } from '../support/test-certificates';

const { certificatePem: caPem } = TestCertificate.root();
const stack: TrustedStack = {
  name: 'pr-42-https-proxy',
  baseUrl: 'https://pr-42.git.localhost:10443/git',
  caFile: "/home/it's me/out/ca.pem",
  caPem,
};
const file = `'/home/it'\\''s me/out/ca.pem'`;
const sha1 = new X509Certificate(caPem).fingerprint.replaceAll(':', '');

describe('clientTrusts', () => {
  const of = (client: string): { trust: string; undo: string } => {
    const found = clientTrusts(stack).find((each) => each.client.startsWith(client));
    return { trust: found?.trust.join('\n') ?? '', undo: found?.undo.join('\n') ?? '' };
  };

  test.each([
    [
      'git',
      `git config --global http.https://pr-42.git.localhost:10443/git/.sslCAInfo ${file}`,
      'git config --global --remove-section http.https://pr-42.git.localhost:10443/git/',
    ],
    ['curl', `curl --cacert ${file} https://pr-42.git.localhost:10443/git/status`, ''],
    [
      'Java',
      `keytool -importcert -noprompt -cacerts -storepass changeit -alias pr-42-https-proxy -file ${file}`,
      'keytool -delete -cacerts -storepass changeit -alias pr-42-https-proxy',
    ],
    [
      'Chromium',
      `certutil -d sql:"$HOME/.pki/nssdb" -A -t C,, -n pr-42-https-proxy -i ${file}`,
      'certutil -d sql:"$HOME/.pki/nssdb" -D -n pr-42-https-proxy',
    ],
    [
      'Debian',
      `sudo install -m 0644 ${file} /usr/local/share/ca-certificates/pr-42-https-proxy.crt\nsudo update-ca-certificates`,
      'sudo rm /usr/local/share/ca-certificates/pr-42-https-proxy.crt\nsudo update-ca-certificates --fresh',
    ],
    [
      'Red Hat',
      `sudo install -m 0644 ${file} /etc/pki/ca-trust/source/anchors/pr-42-https-proxy.pem\nsudo update-ca-trust`,
      'sudo rm /etc/pki/ca-trust/source/anchors/pr-42-https-proxy.pem\nsudo update-ca-trust',
    ],
    [
      'macOS',
      `security add-trusted-cert -r trustRoot -k "$HOME/Library/Keychains/login.keychain-db" ${file}`,
      `security delete-certificate -Z ${sha1} "$HOME/Library/Keychains/login.keychain-db"`,
    ],
    ['Windows', 'certutil -user -addstore Root ca.pem', `certutil -user -delstore Root ${sha1}`],
  ])('%s', (client, trust, undo) => {
    expect(of(client).trust).toContain(trust);
    expect(of(client).undo).toContain(undo);
  });

  test('a certificate that signed itself is trusted as a server, not as an authority', () => {
    const { certificatePem } = TestCertificate.selfSigned();
    expect(trustText({ ...stack, caPem: certificatePem })).toContain(' -A -t P,, -n');
  });

  test('a root without a path has a URL that git matches', () => {
    expect(trustText({ ...stack, baseUrl: 'https://git.localhost' })).toContain(
      'http.https://git.localhost/.sslCAInfo',
    );
  });
});

describe('trustText', () => {
  test('says what is trusted, in a way that people can compare', () => {
    const text = trustText(stack);
    expect(text).toContain(new X509Certificate(caPem).fingerprint256);
    expect(text).toContain('CN=Test root, until ');
    expect(text).toContain('unset GIT_SSL_CAINFO');
  });

  test('has no line that turns verification off', () => {
    expect(trustText(stack)).not.toMatch(/NO_VERIFY|sslVerify|--insecure|curl -\w*k|no-check|trustAll/i);
  });

  test('of plain HTTP is that there is nothing to trust', () => {
    const text = trustText({ ...stack, baseUrl: 'http://git-http.localhost:8080' });
    expect(text).toBe(
      'http://git-http.localhost:8080 is plain HTTP: it has no certificate that a client could trust.\n',
    );
  });
});
