import { Container } from '@cdktf/provider-docker/lib/container';
import { Construct } from 'constructs';
import { exceptRunOnce } from '../docker/reasoned-exceptions';
import { RUN_ONCE_LABEL, runOnce } from '../docker/run-once';
import type { NetworkAttachment, Placement, PublishedPort } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import { ServiceImage } from '../docker/service-image';
import { ServiceVolume } from '../docker/service-volume';
import { Environment } from '../environment';
import type { GlobalPermissions } from '../git/global-permissions';
import type { LdapDirectory } from '../ldap/ldap-directory';
import type { PublicUrl } from '../proxy/public-url';
import { directoryForm } from './directory-form';
import {
  ADMINISTRATOR_PASSWORD,
  SERVER_AUTHORITY,
  directoryAuthority,
  directoryPassword,
  renderProvisionFile,
} from './provision-file';

export interface BitbucketProvisionerProps {
  /** What follows the environment's name. */
  readonly name: string;
  /** Base URL of the server inside the networks. */
  readonly server: string;
  /** The URL that the server calls itself. */
  readonly url: PublicUrl;
  /** Authorities of the server's certificate, where it speaks TLS itself. */
  readonly caPem: string | undefined;
  readonly hasBasicAuthentication: boolean;
  readonly administrator: { readonly username: string; readonly password: string };
  readonly directories: readonly LdapDirectory[];
  readonly permissions: GlobalPermissions | undefined;
  /** @default - built from images/bitbucket-provisioner */
  readonly image?: ServiceImage;
  /** The server: a new container of it is looked at again. */
  readonly serverContainer: Container;
}

/** The user of the image, who owns its files and what it remembers. */
const USER = 10001;

/**
 * Makes directories and grants permissions in a Bitbucket server, without anybody's clicks: a container that runs once in
 * each deploy that changes any of it, and does nothing where all is as it should be. It removes nothing but what it made.
 */
export class BitbucketProvisioner extends Construct implements Placement {
  public readonly name: string;
  public readonly networks: readonly NetworkAttachment[];
  /** None: it serves nobody. */
  public readonly ports: readonly PublishedPort[] = [];
  public readonly data: Readonly<Record<string, ServiceVolume>>;

  public constructor(scope: Construct, id: string, props: BitbucketProvisionerProps) {
    super(scope, id);
    const environment = Environment.of(this);
    const { administrator, directories, caPem } = props;
    const files = new ServiceFiles(this, 'files', {
      name: props.name,
      owner: USER,
      files: [
        ServiceFile.text(
          'provision.json',
          renderProvisionFile({
            ...props,
            administrator: administrator.username,
            isTls: caPem !== undefined,
            directories: directories.map((directory) => directoryForm(this.node.path, directory)),
          }),
        ),
        ServiceFile.secret(ADMINISTRATOR_PASSWORD, administrator.password),
        ...directories.flatMap(({ password, caPem }, index) => [
          ServiceFile.secret(directoryPassword(index), password),
          // The server trusts it from its start on; here it says whether the connection has to be tested again.
          ServiceFile.reference(directoryAuthority(index), caPem),
        ]),
        ...(caPem === undefined ? [] : [ServiceFile.reference(SERVER_AUTHORITY, caPem)]),
      ],
    });
    const memory = new ServiceVolume(this, 'state', `${props.name}-state`);
    this.name = props.name;
    this.networks = [{ network: environment.front, alias: props.name }];
    this.data = { '/state': memory };
    const name = environment.resourceName(this, props.name);
    const image = props.image ?? ServiceImage.built(this, 'image', 'bitbucket-provisioner');
    const labels: Record<string, string> = {
      ...environment.labels,
      'cdktf-git-topology.role': 'provisioner',
      [RUN_ONCE_LABEL]: 'once',
      ...(files.revision === undefined ? {} : { 'cdktf-git-topology.files': files.revision }),
    };
    const container = new Container(this, 'Resource', {
      name,
      hostname: props.name,
      image: image.imageName,
      command: ['provision'],
      ...runOnce(128),
      user: `${USER}:${USER}`,
      readOnly: true,
      tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=64m' },
      capabilities: { drop: ['ALL'] },
      networkMode: 'bridge',
      networksAdvanced: this.networks.map(({ network, alias }) => ({
        name: network.networkName,
        aliases: [network.claimAlias(alias, this)],
      })),
      volumes: [
        { volumeName: files.volumeName, containerPath: '/files', readOnly: true },
        ...Object.entries(this.data).map(([containerPath, { volumeName }]) => ({ volumeName, containerPath })),
      ],
      labels: Object.entries(labels).map(([label, value]) => ({ label, value })),
      dependsOn: [
        files.loader,
        props.serverContainer,
        ...new Set(directories.flatMap(({ resource }) => (resource === undefined ? [] : [resource]))),
      ],
      lifecycle: {
        replaceTriggeredBy: [bareReference(props.serverContainer)],
        postcondition: [
          {
            condition: '${self.exit_code == 0}',
            errorMessage:
              `Directories and permissions of ${props.url.base} are not all as declared. The provisioner said:\n` +
              '${self.container_logs}\nDeploy again with that mended: it goes on where it stopped. ' +
              `Where the mistake is not in what is declared, docker rm ${name} first.`,
          },
        ],
      },
    });
    exceptRunOnce(container);
  }
}

/** Terraform takes no `${...}` in this one place, and cdktf writes nothing else for a resource. */
function bareReference({ terraformResourceType, friendlyUniqueId }: Container): string {
  return `${terraformResourceType}.${friendlyUniqueId}`;
}
