import { statSync } from 'node:fs';

// Where Debian and Ubuntu, Fedora and RHEL, and Alpine keep the certificates that the system trusts.
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
] as const;

/**
 * The file of CA certificates that this host trusts, for containers that download over HTTPS: a network that re-signs
 * TLS has its own CA in it. A variable that names a missing file is passed over, as Node.js does.
 */
export function hostCaBundle(
  env: NodeJS.ProcessEnv = process.env,
  systemBundles: readonly string[] = SYSTEM_BUNDLES,
): string | undefined {
  const candidates = [env.NODE_EXTRA_CA_CERTS, env.SSL_CERT_FILE, ...systemBundles];
  return candidates.find((file) => file && statSync(file, { throwIfNoEntry: false })?.isFile());
}
