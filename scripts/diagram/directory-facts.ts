import type { DirectoryReplica } from '../../constructs/ldap/directory-replica';
import type { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import type { GroupClass } from '../../constructs/ldap/group-class';
import type { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import type { Certificate } from '../../constructs/tls/certificate';
import type { Asking, Listening, ServiceFacts, Target } from './service-facts';

const LDAPS = 636;
const LDAP = 389;

export function openLdapFacts(server: OpenLdapServer<GroupClass>): ServiceFacts {
  const { certificate, publishedUrl, baseDn, hasStartTls } = server;
  return {
    subtitle: 'directory: OpenLDAP',
    listens: [
      ldaps(certificate, publishedUrl),
      ...(hasStartTls ? [{ ...ldaps(certificate), port: LDAP, protocol: 'ldap', text: 'ldap with StartTLS' }] : []),
    ],
    facts: [baseDn],
    asks: [],
  };
}

export function replicaFacts(replica: DirectoryReplica): ServiceFacts {
  const { certificate, baseDn, source, interval, passwords } = replica;
  const copies: Asking = {
    kind: 'source',
    text: interval === undefined ? 'copies changes at once' : `copies every ${interval} min`,
    note: passwords === 'replicated' ? 'with passwords' : 'passes logins on',
    label: 'copies',
    target: serverOf(source),
  };
  return {
    subtitle: 'copy of a directory: OpenLDAP',
    listens: [ldaps(certificate)],
    facts: [baseDn],
    asks: [copies],
  };
}

/** Who answers for a directory. */
export function serverOf({ hostname, port, secure, type }: LdapDirectory): Target {
  const protocol = secure === 'ssl' ? 'ldaps' : 'ldap with StartTLS';
  return { host: hostname, port, protocol, subtitle: `${type.label}, elsewhere` };
}

function ldaps(certificate: Certificate, text = 'ldaps'): Listening {
  return { port: LDAPS, protocol: 'ldaps', text, certificates: [certificate], client: 'ldap' };
}
