import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { InputError } from '../errors';
import { subjectText } from './certificate-text';
import { LONGEST_VALIDITY } from './validity';

const DAY = 24 * 60 * 60 * 1000;
/** RFC 5280, 4.2.1.12. */
const SERVER_AUTH = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];
const SMALLEST_RSA = 2048;
/** Those that servers of Mozilla's TLS profiles offer. */
const CURVES = ['prime256v1', 'secp384r1'];

/** Refuses a certificate that no server should serve now. images/loader checks the same of what is known later. */
export function checkLeaf(where: string, leaf: X509Certificate): void {
  const subject = subjectText(leaf);
  if (leaf.ca) {
    throw new InputError(
      where,
      `the certificate of an authority (${subject})`,
      'give the certificate that it issued for the server, first of the chain',
    );
  }
  const [starts, ends] = [new Date(leaf.validFrom), new Date(leaf.validTo)];
  const days = Math.round((ends.getTime() - starts.getTime()) / DAY);
  if (days > LONGEST_VALIDITY) {
    throw new InputError(
      where,
      `a certificate that is valid for ${days} days`,
      `get one for at most ${LONGEST_VALIDITY}: Apple clients refuse more, also of private authorities`,
    );
  }
  // Undefined where there is no such extension, whatever the types say.
  const uses = leaf.keyUsage as readonly string[] | undefined;
  if (uses !== undefined && !uses.some((use) => SERVER_AUTH.includes(use))) {
    throw new InputError(
      where,
      `a certificate that is not for servers (${subject})`,
      'get one with the extended key usage serverAuth',
    );
  }
  if (!/\b(DNS|IP Address):/.test(leaf.subjectAltName ?? '')) {
    throw new InputError(
      where,
      `a certificate without alternative names (${subject})`,
      'get one with its host names in subjectAltName: clients do not read the common name',
    );
  }
}

/** Refuses certificates that are not valid now, or whose keys are weak. */
export function checkEach(where: string, chain: readonly X509Certificate[], now: Date): void {
  for (const [index, certificate] of chain.entries()) {
    const [starts, ends] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
    const subject = subjectText(certificate);
    if (ends < now) {
      throw new InputError(
        where,
        `the certificate ${subject}, which expired on ${ends.toISOString()}`,
        'give the renewed one',
      );
    }
    if (starts > now) {
      throw new InputError(
        where,
        `the certificate ${subject}, which is valid from ${starts.toISOString()} on`,
        'wait until then, or set the clock of this machine',
      );
    }
    checkKeySize(where, subject, certificate.publicKey, index === 0);
  }
}

/** Refuses a chain in which a certificate is not issued by the next one, or that does not lead to the authority. */
export function checkOrder(
  where: string,
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): void {
  for (const [index, certificate] of chain.slice(0, -1).entries()) {
    const next = chain[index + 1] as X509Certificate;
    if (!isIssuedBy(certificate, next)) {
      throw new InputError(
        where,
        `the chain out of order: ${subjectText(certificate)} is not issued by ${subjectText(next)}, which follows it`,
        'give the certificate first, then each one that issued the one before it',
      );
    }
  }
  const last = chain.at(-1) as X509Certificate;
  const leads = authorities.some((each) => each.fingerprint256 === last.fingerprint256 || isIssuedBy(last, each));
  if (!leads) {
    throw new InputError(
      where,
      `a chain that ends with ${subjectText(last)}, which is not issued by ${authorities.map(subjectText).join(' or ')}`,
      'add the intermediate certificates that are missing, or give the authority that clients trust',
    );
  }
}

/** Refuses a private key that cannot be used, and one of another certificate. */
export function checkKey(
  where: string,
  pem: string,
  passphrase: string | undefined,
  certificate: X509Certificate | undefined,
): void {
  const isEncrypted = isEncryptedKey(pem);
  if (isEncrypted && passphrase === undefined) {
    throw new InputError(where, 'an encrypted private key', 'give its passphrase, too');
  }
  if (!isEncrypted && passphrase !== undefined) {
    throw new InputError(where, 'a passphrase for a private key that is not encrypted', 'leave the passphrase out');
  }
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    throw passphrase === undefined
      ? new InputError(where, 'a private key that cannot be read', 'give one of RSA or ECDSA, whole, as PEM')
      : new InputError(where, 'an encrypted private key that the passphrase does not open', 'give its own passphrase');
  }
  checkKeySize(where, 'the private key', key, true);
  if (certificate !== undefined && !certificate.checkPrivateKey(key)) {
    throw new InputError(
      where,
      `a private key that does not belong to the certificate ${subjectText(certificate)}`,
      'give the key that the certificate was requested with',
    );
  }
}

/** PKCS#8, or the form that `openssl genrsa -des3` made in its day. */
export function isEncryptedKey(pem: string): boolean {
  return /^(-----BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED)/m.test(pem);
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function checkKeySize(where: string, what: string, key: KeyObject, isServers: boolean): void {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const isRsa = key.asymmetricKeyType === 'rsa';
  if (isRsa && (modulusLength ?? 0) < SMALLEST_RSA) {
    throw new InputError(where, `${what} with RSA ${modulusLength}`, `take RSA of ${SMALLEST_RSA} bits or more`);
  }
  if (isServers && !isRsa && !CURVES.includes(namedCurve ?? '')) {
    throw new InputError(
      where,
      `${what} with ${namedCurve ?? key.asymmetricKeyType ?? 'an unknown kind of key'}`,
      'take ECDSA with P-256 or P-384, or RSA: clients know no others',
    );
  }
}
