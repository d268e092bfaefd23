import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../../stacks/settings';
import { command, succeed } from '../support/command';
import type { Stack } from '../support/stack';

const IMAGE = 'cdktf-git-topology/test-testssl';

/** One line of testssl's report. */
interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

export interface Endpoint {
  /** `host:port`, with the name that the certificate is for. */
  readonly target: string;
  /** Network to look from: `host`, or one of the engine. */
  readonly network: string;
  /** Address of the target on that network. */
  readonly address: string;
  readonly caFile: string;
}

/** TLS 1.2 and 1.3 suites of Mozilla's intermediate guideline 6.0, by the names that testssl prints. */
const INTERMEDIATE = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];
/** Explained in the README: the tls provider writes no revocation addresses into certificates. */
const EXPLAINED = ['cert_revocation'];
const SEVERE = ['MEDIUM', 'HIGH', 'CRITICAL', 'FATAL'];

/** testssl.sh of Debian, in a container, on one endpoint: the guideline's protocols and ciphers, and no finding of weight. */
export function testssl(what: string, endpoint: () => Promise<Endpoint>): void {
  describe(`testssl.sh on ${what}`, () => {
    let findings: readonly Finding[] = [];

    beforeAll(async () => {
      findings = await report(await endpoint());
    });

    test('only protocols and ciphers of Mozilla intermediate 6.0', () => {
      const offered = (id: string): string | undefined => findings.find((finding) => finding.id === id)?.finding;
      for (const protocol of ['SSLv2', 'SSLv3', 'TLS1', 'TLS1_1']) {
        expect([protocol, offered(protocol)]).toEqual([protocol, expect.stringContaining('not offered')]);
      }
      for (const protocol of ['TLS1_2', 'TLS1_3']) {
        expect([protocol, offered(protocol)]).toEqual([protocol, expect.stringMatching(/^offered/)]);
      }
      const ciphers = findings
        .filter(({ id }) => /^cipher-tls1_[23]_/.test(id))
        .map(({ finding }) => finding.split(/\s+/)[3] ?? '');
      expect(ciphers.length).toBeGreaterThanOrEqual(6);
      expect(ciphers.filter((cipher) => !INTERMEDIATE.includes(cipher))).toEqual([]);
    });

    test('nothing above LOW', () => {
      const severe = findings.filter(({ severity, id }) => SEVERE.includes(severity) && !EXPLAINED.includes(id));
      expect(severe).toEqual([]);
    });
  });
}

/** The TLS port of a stack's base URL. */
export function baseUrlEndpoint(stack: Stack): Promise<Endpoint> {
  const { hostname, pathname } = new URL(stack.outputs.base_url);
  // Where pages are: what a proxy answers beside the context path has no headers of theirs.
  const target = `https://${hostname}:${stack.port}${pathname.replace(/\/?$/, '/')}`;
  return Promise.resolve({ target, network: 'host', address: '127.0.0.1', caFile: stack.caFile });
}

/** The directory, on its own network. */
export async function ldapEndpoint(stack: Stack): Promise<Endpoint> {
  const network = stack.container('directory');
  const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  const address = (await succeed('docker', ['inspect', '--format', format, stack.container('ldap')])).trim();
  return { target: new URL(stack.outputs.ldap_url).host, network, address, caFile: stack.caFile };
}

async function report({ target, network, address, caFile }: Endpoint): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'testssl-'));
  chmodSync(folder, 0o777);
  try {
    const base = `BASE_IMAGE=${readSettings(process.env).baseImage}`;
    await succeed('docker', ['build', '--quiet', '--tag', IMAGE, '--build-arg', base, 'test/images/testssl']);
    // Its exit status is the number of things it had to say, so the report is what counts.
    await command('docker', [
      ...[
        'run',
        '--rm',
        '--network',
        network,
        '--volume',
        `${caFile}:/ca.pem:ro`,
        '--volume',
        `${folder}:/report`,
        IMAGE,
      ],
      ...['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--add-ca', '/ca.pem'],
      ...['--protocols', '--cipher-per-proto', '--fs', '--server-defaults', '--headers', '--vulnerable'],
      ...['--ip', address, '--jsonfile', '/report/report.json', target],
    ]);
    return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as readonly Finding[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
