import { X509Certificate } from 'node:crypto';
import { basename } from 'node:path';

/** What there is to know of a stack's certificates for its clients. */
export interface TrustedStack {
  /** Name on the engine, which names the authority in people's stores. */
  readonly name: string;
  readonly baseUrl: string;
  /** Absolute. */
  readonly caFile: string;
  readonly caPem: string;
}

/** What one kind of client is told, for a POSIX shell unless `shell` says another. */
export interface ClientTrust {
  readonly client: string;
  readonly trust: readonly string[];
  readonly undo: readonly string[];
  readonly notes?: readonly string[];
}

/**
 * The lines that make each client trust a stack's authority, and those that undo them. Never one that turns
 * verification off. Nothing for a stack of plain HTTP.
 */
export function clientTrusts(stack: TrustedStack): readonly ClientTrust[] {
  if (!stack.baseUrl.startsWith('https:')) return [];
  return [git(stack), curl(stack), java(stack), nss(stack), debian(stack), redHat(stack), macOs(stack), windows(stack)];
}

/** All of it as text for people. */
export function trustText(stack: TrustedStack): string {
  const clients = clientTrusts(stack);
  if (clients.length === 0) return `${stack.baseUrl} is plain HTTP: it has no certificate that a client could trust.\n`;
  const { subject, fingerprint256, validTo } = new X509Certificate(stack.caPem);
  const head = [
    `What clients of ${stack.baseUrl} must trust: ${stack.caFile}`,
    `  ${subject.split('\n').join(', ')}, until ${validTo}`,
    `  SHA-256 ${fingerprint256}`,
  ];
  const sections = clients.map(({ client, trust, undo, notes = [] }) => [
    '',
    client,
    ...trust.map((line) => `  ${line}`),
    ...(undo.length === 0 ? ['  undo: nothing to undo'] : ['  undo:', ...undo.map((line) => `    ${line}`)]),
    ...notes.map((note) => `  (${note})`),
  ]);
  return `${[...head, ...sections.flat()].join('\n')}\n`;
}

function git({ baseUrl, caFile }: TrustedStack): ClientTrust {
  const section = `http.${baseUrl}/`;
  return {
    client: 'git',
    trust: [`git config --global ${quote(`${section}.sslCAInfo`)} ${quote(caFile)}`],
    undo: [`git config --global --remove-section ${quote(section)}`],
    notes: [
      'for this server alone, whatever else git trusts; where the variable GIT_SSL_CAINFO is set it wins: unset GIT_SSL_CAINFO',
    ],
  };
}

function curl({ baseUrl, caFile }: TrustedStack): ClientTrust {
  return { client: 'curl', trust: [`curl --cacert ${quote(caFile)} ${quote(`${baseUrl}/status`)}`], undo: [] };
}

function java({ name, caFile }: TrustedStack): ClientTrust {
  // The password that every JDK's own store has; it protects nothing, as the store holds no secret.
  const store = '-storepass changeit';
  return {
    client: 'Java 9 and later: the trust store of the JDK, as the user who may write it',
    trust: [`keytool -importcert -noprompt -cacerts ${store} -alias ${quote(name)} -file ${quote(caFile)}`],
    undo: [`keytool -delete -cacerts ${store} -alias ${quote(name)}`],
    notes: [
      'one program alone: give it a copy of that store with -keystore FILE instead of -cacerts, and -Djavax.net.ssl.trustStore=FILE',
    ],
  };
}

function nss({ name, caFile, caPem }: TrustedStack): ClientTrust {
  const database = '-d sql:"$HOME/.pki/nssdb"';
  // A certificate that signed itself is trusted as a server's; an authority, to name servers.
  const flags = new X509Certificate(caPem).ca ? 'C,,' : 'P,,';
  return {
    client: 'Chromium and Chrome on Linux (certutil of libnss3-tools or nss-tools)',
    trust: [
      'mkdir -p "$HOME/.pki/nssdb"',
      `certutil ${database} -L >/dev/null 2>&1 || certutil ${database} -N --empty-password`,
      `certutil ${database} -A -t ${quote(flags)} -n ${quote(name)} -i ${quote(caFile)}`,
    ],
    undo: [`certutil ${database} -D -n ${quote(name)}`],
    notes: [
      'Firefox: the same with -d sql:PROFILE, the folder that about:profiles names as the root directory, while Firefox is closed',
    ],
  };
}

function debian({ name, caFile }: TrustedStack): ClientTrust {
  const target = `/usr/local/share/ca-certificates/${name}.crt`;
  return {
    client: 'Debian and Ubuntu: git, curl and most programs of the machine, for all its users',
    trust: [`sudo install -m 0644 ${quote(caFile)} ${target}`, 'sudo update-ca-certificates'],
    undo: [`sudo rm ${target}`, 'sudo update-ca-certificates --fresh'],
  };
}

function redHat({ name, caFile }: TrustedStack): ClientTrust {
  const target = `/etc/pki/ca-trust/source/anchors/${name}.pem`;
  return {
    client: 'Red Hat Enterprise Linux and Fedora: the same',
    trust: [`sudo install -m 0644 ${quote(caFile)} ${target}`, 'sudo update-ca-trust'],
    undo: [`sudo rm ${target}`, 'sudo update-ca-trust'],
  };
}

function macOs({ caFile, caPem }: TrustedStack): ClientTrust {
  const keychain = '"$HOME/Library/Keychains/login.keychain-db"';
  return {
    client: 'macOS: Safari, Chrome and what uses the keychain, for this user',
    trust: [`security add-trusted-cert -r trustRoot -k ${keychain} ${quote(caFile)}`],
    undo: [
      `security remove-trusted-cert ${quote(caFile)}`,
      `security delete-certificate -Z ${sha1(caPem)} ${keychain}`,
    ],
  };
}

function windows({ caFile, caPem }: TrustedStack): ClientTrust {
  return {
    client: `Windows: Edge, Chrome and what uses its store, for this user (cmd or PowerShell, beside a copy of ${basename(caFile)})`,
    trust: [`certutil -user -addstore Root ${basename(caFile)}`],
    undo: [`certutil -user -delstore Root ${sha1(caPem)}`],
    notes: ['git reads this store, too, after: git config --global http.sslBackend schannel'],
  };
}

function sha1(caPem: string): string {
  return new X509Certificate(caPem).fingerprint.replaceAll(':', '');
}

/** One word of a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
