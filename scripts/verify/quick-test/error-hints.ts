import { ResultCodeError } from 'ldapts';
import type { DirectoryOutput } from '../../../stacks/directory-outputs';

/** LDAP result codes (RFC 4511, appendix A) that there is something to say of. */
export const CODE = {
  operationsError: 1,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  strongerAuthRequired: 8,
  referral: 10,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  confidentialityRequired: 13,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccess: 50,
  unwillingToPerform: 53,
} as const;

/** What Active Directory says in its diagnostic message, `data 52e`: Windows' own error codes, in hexadecimal. */
const AD_REASONS: Readonly<Record<string, string>> = {
  '525': 'there is no such account',
  '52e': 'the password is wrong',
  '530': 'the account may not log on at this time',
  '531': 'the account may not log on from this machine',
  '532': 'the password has expired',
  '533': 'the account is disabled',
  '701': 'the account has expired',
  '773': 'the password must be changed first',
  '775': 'the account is locked',
};

export function resultCode(error: unknown): number | undefined {
  return error instanceof ResultCodeError ? error.code : undefined;
}

/** What the server itself said, without ldapts's number. */
export function serverSaid(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/ Code: 0x[0-9a-f]+$/, '')
    .replaceAll('\0', '')
    .trim();
}

/** Why there is no connection. */
export function connectHint({ hostname, port, secure }: DirectoryOutput, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  if (/name (or service )?not known|name resolution|no address associated/i.test(said)) {
    return `the Git server knows no host ${hostname} (${said}); write its full name, or look at the DNS of the Git server's container`;
  }
  if (/refused/i.test(said)) {
    return `${hostname} refuses connections on port ${port} (${said}); is the server running, and is ${port} its port for ${secure === 'ssl' ? 'LDAPS' : 'LDAP'}?`;
  }
  if (/timed out|no route|unreachable/i.test(said)) {
    return `${hostname} does not answer on port ${port} (${said}); look at the networks and firewalls between the Git server and the directory`;
  }
  return said;
}

/** Why there is no TLS, other than for the certificate. */
export function tlsHint({ port, secure }: DirectoryOutput, error: unknown): string {
  const said = serverSaid(error);
  if (resultCode(error) !== undefined)
    return `the server refuses StartTLS (${said}); give it a certificate, or use "ssl"`;
  const other = secure === 'ssl' ? '"startTls"' : '"ssl"';
  return `no TLS on port ${port} (${said}); is it the port for ${secure === 'ssl' ? 'LDAPS' : 'LDAP with StartTLS'}, or does the server want ${other}?`;
}

/** Why an account was not let in. `whose` begins the sentence. */
export function bindHint(whose: string, error: unknown): string {
  const said = serverSaid(error);
  const [, data] = /\bdata ([0-9a-f]{3,4})\b/i.exec(said) ?? [];
  const reason = AD_REASONS[data?.toLowerCase() ?? ''];
  if (reason !== undefined) return `${whose} is refused: ${reason} (Active Directory: data ${data ?? ''})`;
  switch (resultCode(error)) {
    case CODE.invalidCredentials:
      return `${whose} is refused: the name or the password is wrong (servers do not say which)`;
    case CODE.noSuchObject:
      return `${whose} is refused: there is no such entry`;
    case CODE.inappropriateAuthentication:
      return `${whose} is refused: the entry has no password`;
    case CODE.invalidDnSyntax:
      return `${whose} is refused: the server takes the name for no DN (${said})`;
    case CODE.confidentialityRequired:
    case CODE.strongerAuthRequired:
      return `${whose} is refused: the server wants a stronger way in (${said})`;
    default:
      return `${whose} is refused: ${said}`;
  }
}
