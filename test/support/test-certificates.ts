import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestCertificateOptions {
  readonly subject?: string;
  /** As OpenSSL writes alternative names; "" for none. @default "DNS:git.localhost" */
  readonly names?: string;
  /** Days from now on. @default -1 */
  readonly from?: number;
  /** Days from now on. @default 90 */
  readonly until?: number;
  /** @default an ECDSA P-256 key, the same for all servers */
  readonly keyPem?: string;
  readonly isCa?: boolean;
  /** More lines of OpenSSL's extension section. */
  readonly extensions?: readonly string[];
  /** @default "sha256" */
  readonly digest?: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** A certificate and its key, as an authority somewhere would have made them; itself an authority when told so. */
export class TestCertificate {
  public constructor(
    public readonly certificatePem: string,
    public readonly keyPem: string,
  ) {}

  /** Signed by its own key. */
  public static selfSigned(options: TestCertificateOptions = {}): TestCertificate {
    return sign(options, undefined);
  }

  /** An authority, signed by its own key. */
  public static root(options: TestCertificateOptions = {}): TestCertificate {
    return sign({ subject: '/CN=Test root', names: '', until: 3650, isCa: true, ...options }, undefined);
  }

  public issue(options: TestCertificateOptions = {}): TestCertificate {
    return sign(options, this);
  }

  /** A certificate of a request's key and names. */
  public signRequest(csrPem: string, options: TestCertificateOptions = {}): string {
    return sign(options, this, csrPem).certificatePem;
  }

  public intermediate(options: TestCertificateOptions = {}): TestCertificate {
    return sign({ subject: '/CN=Test intermediate', names: '', until: 1800, isCa: true, ...options }, this);
  }

  /** The key behind a passphrase, as PKCS#8. */
  public encryptedKey(passphrase: string): string {
    return createPrivateKey(this.keyPem)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
      .toString();
  }
}

export function ecKey(namedCurve = 'P-256'): string {
  return generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function rsaKey(modulusLength: number): string {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The key of every server that is not given one of its own: quicker than a new one each time. */
const serverKey = ecKey();
const requests = new Map<string, string>();

function requestFor(key: string, keyPem: string, subject: string): string {
  const known = requests.get(keyPem + subject);
  const request = known ?? openssl('req', '-new', '-key', key, '-subj', subject, '-config', '/dev/null');
  requests.set(keyPem + subject, request);
  return request;
}

/** `openssl ca` alone takes both dates in every version that is around. */
function sign(options: TestCertificateOptions, issuer: TestCertificate | undefined, csrPem?: string): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'test-certificates-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  try {
    const { keyPem = options.isCa === true ? ecKey() : serverKey } = options;
    const { names = 'DNS:git.localhost', isCa = false, extensions = [] } = options;
    const key = file('key.pem', keyPem);
    const request = csrPem ?? requestFor(key, keyPem, options.subject ?? '/CN=test');
    const settings = [
      '[ca]\ndefault_ca=own\n[own]',
      `database=${file('index.txt', '')}\nnew_certs_dir=${folder}\nrand_serial=yes\npolicy=any\nunique_subject=no`,
      'email_in_dn=no\n[any]\ncommonName=optional\norganizationName=optional\n[extensions]',
      `basicConstraints=critical,CA:${isCa ? 'TRUE' : 'FALSE'}`,
      'subjectKeyIdentifier=hash',
      ...(isCa ? ['keyUsage=critical,keyCertSign,cRLSign'] : []),
      ...(names === '' ? [] : [`subjectAltName=${names}`]),
      ...extensions,
    ];
    const certificatePem = openssl(
      ...[
        'ca',
        '-batch',
        '-notext',
        '-config',
        file('ca.cnf', `${settings.join('\n')}\n`),
        '-extensions',
        'extensions',
      ],
      ...['-in', file('request.pem', request), '-md', options.digest ?? 'sha256'],
      ...['-startdate', asn1Time(options.from ?? -1), '-enddate', asn1Time(options.until ?? 90)],
      ...(issuer === undefined
        ? ['-selfsign', '-keyfile', key]
        : ['-cert', file('ca.pem', issuer.certificatePem), '-keyfile', file('ca.key', issuer.keyPem)]),
    );
    return new TestCertificate(certificatePem, keyPem);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openssl(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function asn1Time(days: number): string {
  return `${new Date(Date.now() + days * DAY).toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
}

/** Files in a folder that goes with `remove`. */
export class TestFolder {
  public readonly path = mkdtempSync(join(tmpdir(), 'test-folder-'));

  /** Writes a file, and gives its path. */
  public write(name: string, text: string): string {
    const file = join(this.path, name);
    writeFileSync(file, text);
    return file;
  }

  public read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  public remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
