import type { GlobalPermissions } from '../git/global-permissions';
import type { PublicUrl } from '../proxy/public-url';
import type { DirectoryForm } from './directory-form';

export interface ProvisionFileProps {
  /** Base URL at which the provisioner reaches the server. */
  readonly server: string;
  readonly url: PublicUrl;
  /** Whether the server itself speaks TLS; its certificate is for the host of the URL. */
  readonly isTls: boolean;
  readonly hasBasicAuthentication: boolean;
  readonly administrator: string;
  readonly directories: readonly DirectoryForm[];
  readonly permissions: GlobalPermissions | undefined;
}

/** Where a secret of the provisioner is, below its files. */
export const ADMINISTRATOR_PASSWORD = 'administrator-password';
export const SERVER_AUTHORITY = 'ca.pem';
export const directoryPassword = (index: number): string => `directories/${index + 1}/password`;
export const directoryAuthority = (index: number): string => `directories/${index + 1}/ca.pem`;

/** Seconds: a JVM starts, and 10,000 users take Atlassian's reference five minutes. */
const WAIT = { waitForRunning: 900, waitForSynchronisation: 900, requestTimeout: 150 };

/** What images/bitbucket-provisioner is to bring about. */
export function renderProvisionFile(props: ProvisionFileProps): string {
  const { permissions } = props;
  return `${JSON.stringify(
    {
      server: props.server,
      baseUrl: props.url.base,
      ...(props.isTls ? { tls: { caFile: SERVER_AUTHORITY, name: props.url.host } } : {}),
      login: props.hasBasicAuthentication ? 'basic' : 'session',
      administrator: { username: props.administrator, passwordFile: ADMINISTRATOR_PASSWORD },
      directories: props.directories.map((form, index) => ({
        ...form,
        passwordFile: directoryPassword(index),
        authorityFile: directoryAuthority(index),
      })),
      permissions: {
        LICENSED_USER: permissions?.licensedUser ?? [],
        PROJECT_CREATE: permissions?.projectCreate ?? [],
        ADMIN: permissions?.admin ?? [],
        SYS_ADMIN: permissions?.sysAdmin ?? [],
      },
      ...WAIT,
    },
    undefined,
    2,
  )}\n`;
}
