import { run } from '../setup/run-command';
import type { Check, Subject } from './check';

/** The directory, from inside its own network: it is not published. */
export function ldapChecks({ outputs }: Subject): Check[] {
  return [
    {
      title: `${outputs.ldap_url} answers the service account over TLS`,
      run: async () => {
        await run('docker', [
          'exec',
          `${outputs.environment}-ldap`,
          'check-slapd',
          outputs.ldap_url,
          'service-account',
        ]);
      },
    },
  ];
}
