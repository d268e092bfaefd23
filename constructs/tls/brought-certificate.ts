import { Token } from 'cdktf';
import { X509Certificate } from 'node:crypto';
import { readText, Secret } from '../docker/secret';
import { InputError, quoted } from '../errors';
import type { CertificateProps } from './certificate-props';
import { checkEach, checkKey, checkLeaf, checkOrder } from './certificate-checks';
import { hasOcspResponder, namesOf, pemOf, readCertificates } from './certificate-text';
import { SubjectNames } from './subject-names';

/** Paths are relative to the folder that the synth runs in. All files are PEM. */
export interface CertificateFromFilesProps {
  /** The certificate; those that issued it may follow in the same file, as in `fullchain.pem`. Its names are read from it. */
  readonly certificate: string;
  /** Its private key. */
  readonly key: string;
  /** Intermediate certificates, in order. @default - those in the file of the certificate */
  readonly chain?: string;
  /** The authority that clients trust; the chain must lead to it. */
  readonly ca: string;
  /** A file whose first line opens the private key. @default - the key is not encrypted */
  readonly passphraseFile?: string;
}

/** Each value is a reference to a Terraform variable or resource, or plain text. */
export interface CertificateFromPemProps {
  /** DNS names that the certificate must have. Empty only where there are ipAddresses. */
  readonly hosts: readonly string[];
  /** IPv4 and IPv6 addresses that the certificate must have. @default - none */
  readonly ipAddresses?: readonly string[];
  /** The certificate; those that issued it may follow. */
  readonly certificatePem: string;
  /** Intermediate certificates, in order. @default - those in certificatePem */
  readonly intermediatesPem?: string;
  /** Its private key. Plain text would be in the synthesised JSON: give a sensitive variable. */
  readonly privateKeyPem: string;
  /** Opens the private key; one line. @default - the key is not encrypted */
  readonly passphrase?: string;
  /** The authority that clients trust; the chain must lead to it. */
  readonly caPem: string;
  /** Whether the certificate names an OCSP responder. @default - read from the certificate where it is plain text; else false */
  readonly ocspResponder?: boolean;
}

/** What an authority made of a request. Each value is plain text, such as a file that was read, or a reference. */
export interface SignedCertificate {
  /** The certificate; those that issued it may follow. */
  readonly certificatePem: string;
  /** Intermediate certificates, in order. @default - those in certificatePem */
  readonly intermediatesPem?: string;
  /** The authority that clients trust; the chain must lead to it. */
  readonly caPem: string;
}

type SignedValues = Pick<CertificateProps, 'certificatePem' | 'intermediatesPem' | 'caPem' | 'ocspResponder'>;

export function certificateFromFiles(props: CertificateFromFilesProps): CertificateProps {
  const where = `Certificate.fromFiles ${quoted(props.certificate)}`;
  const read = (what: string, file: string): string => readText(`${where} ${what}`, file);
  const leafText = read('certificate', props.certificate);
  const chainText = props.chain === undefined ? '' : read('chain', props.chain);
  const certificates = checkedChain(where, leafText, chainText, read('ca', props.ca));
  const passphrase = props.passphraseFile === undefined ? undefined : read('passphraseFile', props.passphraseFile);
  checkKey(`${where} key`, read('key', props.key), passphrase?.split('\n')[0], certificates.leaf);
  const { hosts, ipAddresses } = namesOf(certificates.leaf);
  return {
    ...valuesOf(certificates),
    origin: { kind: 'files' },
    hosts,
    ipAddresses,
    privateKeyPem: Secret.fileReference(`${where} key`, props.key),
    ...(props.passphraseFile === undefined
      ? {}
      : { passphrase: Secret.fileReference(`${where} passphraseFile`, props.passphraseFile) }),
  };
}

export function certificateFromPem(props: CertificateFromPemProps): CertificateProps {
  const { hosts, ipAddresses } = SubjectNames.declared('Certificate.fromPem', props.hosts, props.ipAddresses);
  const where = `Certificate.fromPem ${[...hosts, ...ipAddresses].join(', ')}`;
  const leaf = isPlain(props.certificatePem) ? readCertificates(where, props.certificatePem)[0] : undefined;
  if (isPlain(props.privateKeyPem) && isPlain(props.passphrase)) {
    checkKey(`${where} privateKeyPem`, props.privateKeyPem, props.passphrase, leaf);
  }
  const values = signedValues(where, props, new SubjectNames(hosts, ipAddresses));
  return {
    ...values,
    origin: { kind: 'pem' },
    hosts,
    ipAddresses,
    privateKeyPem: props.privateKeyPem,
    passphrase: props.passphrase,
    ocspResponder: props.ocspResponder ?? values.ocspResponder,
  };
}

/** Certificates that somebody else made for these names: checked now where they are plain text, else by the loader. */
export function signedValues(where: string, signed: SignedCertificate, names: SubjectNames): SignedValues {
  const { certificatePem, intermediatesPem = '', caPem } = signed;
  if (!isPlain(certificatePem) || !isPlain(intermediatesPem) || !isPlain(caPem)) {
    // A variable may end without a newline, and two certificates on one line are none.
    const whole = (pem: string): string => (pem === '' ? '' : `${pem}\n`);
    return { certificatePem: whole(certificatePem), intermediatesPem: whole(intermediatesPem), caPem };
  }
  const certificates = checkedChain(where, certificatePem, intermediatesPem, caPem);
  const has = namesOf(certificates.leaf);
  const missing = [...names.hosts, ...names.ipAddresses].filter((name) => !has.covers(name));
  if (missing.length > 0) {
    throw new InputError(
      where,
      `a certificate for ${[...has.hosts, ...has.ipAddresses].join(', ')}`,
      `give one that is issued for ${missing.join(', ')}, too`,
    );
  }
  return valuesOf(certificates);
}

interface Chain {
  readonly leaf: X509Certificate;
  readonly intermediates: readonly X509Certificate[];
  readonly authorities: readonly X509Certificate[];
}

function checkedChain(where: string, leafText: string, chainText: string, caText: string): Chain {
  const chain = [
    ...readCertificates(where, leafText),
    ...(chainText.trim() === '' ? [] : readCertificates(`${where} chain`, chainText)),
  ];
  const authorities = readCertificates(`${where} ca`, caText);
  const [leaf, ...intermediates] = chain as [X509Certificate, ...X509Certificate[]];
  checkLeaf(where, leaf);
  checkEach(where, chain, new Date());
  checkOrder(where, chain, authorities);
  return { leaf, intermediates, authorities };
}

function valuesOf({ leaf, intermediates, authorities }: Chain): SignedValues {
  return {
    certificatePem: pemOf([leaf]),
    intermediatesPem: pemOf(intermediates),
    caPem: pemOf(authorities),
    ocspResponder: hasOcspResponder(leaf),
  };
}

function isPlain(value: string | undefined): boolean {
  return !Token.isUnresolved(value);
}
