import { Container } from '@cdktf/provider-docker/lib/container';
import { Password } from '@cdktf/provider-random/lib/password';
import { Construct } from 'constructs';
import { join } from 'node:path';
import { ServiceFile } from '../../constructs/docker/service-file';
import { ServiceFiles } from '../../constructs/docker/service-files';
import { ServiceImage } from '../../constructs/docker/service-image';
import { Environment } from '../../constructs/environment';
import { HardeningException } from '../../constructs/hardening/hardening-exception';
import type { ServerSettings } from '../../constructs/ldap/directory-settings';
import type { Certificate } from '../../constructs/tls/certificate';
import { CERTIFICATE_FILES, certificateFiles } from '../../constructs/tls/certificate-files';
import { BASE_DN, type ForeignKind } from './foreign-kinds';

const UNHARDENED = ['CIS-4.1', 'CIS-5.4', 'CIS-5.12', 'CIS-5.13', 'CIS-5.26', 'CIS-5.29'] as const;

export interface ForeignDirectoryProps {
  readonly kind: ForeignKind;
  /** Must be issued for the construct's id, which is the server's name on its network. */
  readonly certificate: Certificate;
}

/**
 * An empty directory server of others on the internal network `directory`: LDAPS on 636, LDAP with StartTLS on 389, with a
 * certificate of the test's authority. `seedForeignDirectory` fills it. It keeps its data over a stop and a start, and is not
 * hardened: it is a fixture.
 */
export class ForeignDirectory extends Construct {
  /** Passwords of who may write, and of the account that reads for the Git server; secret. */
  public readonly adminPassword: string;
  public readonly accountPassword: string;
  /** What a typed connection with the kind's defaults needs to know of the server. */
  public readonly connection: Omit<ServerSettings, 'name'> & { readonly baseDn: string };

  public constructor(scope: Construct, id: string, { kind, certificate }: ForeignDirectoryProps) {
    super(scope, id);
    const environment = Environment.of(this);
    // Active Directory wants some of each.
    const password = (name: string): string =>
      new Password(this, name, { length: 24, special: false, minUpper: 1, minLower: 1, minNumeric: 1 }).result;
    this.adminPassword = password('admin');
    this.accountPassword = password('account');
    this.connection = {
      hostname: id,
      username: kind.accountDn,
      password: this.accountPassword,
      caPem: certificate.caPem,
      baseDn: BASE_DN,
    };
    const files = new ServiceFiles(this, 'files', {
      name: id,
      owner: 0,
      files: [
        ServiceFile.text('name', id),
        ServiceFile.text('base-dn', BASE_DN),
        ServiceFile.secret('admin-password', this.adminPassword),
        ...certificateFiles('tls', certificate),
      ],
    });
    for (const check of UNHARDENED) {
      HardeningException.of(this, { check, reason: "a fixture of tests, of other people's software as it comes" });
    }
    new Container(this, 'container', {
      name: environment.resourceName(this, id),
      hostname: id,
      image: ServiceImage.built(this, 'image', join(__dirname, kind.image)).imageName,
      mustRun: true,
      restart: 'no',
      destroyGraceSeconds: 10,
      healthcheck: {
        test: [
          ...['CMD', 'env', `LDAPTLS_CACERT=/files/current/tls/${CERTIFICATE_FILES.authority}`],
          ...['ldapsearch', '-x', '-o', 'nettimeout=4', '-H', `ldaps://${id}`, '-s', 'base', '-b', ''],
          ...['-D', kind.adminDn, '-y', '/files/current/admin-password', '1.1'],
        ],
        interval: '3s',
        timeout: '10s',
        retries: 3,
        startPeriod: '3m0s',
      },
      wait: true,
      waitTimeout: 240,
      ...(kind.capabilities === undefined ? {} : { capabilities: { add: [...kind.capabilities] } }),
      memory: kind.memory,
      memorySwap: kind.memory,
      // 389 Directory Server and the JVMs allocate for as many files as they may open.
      ulimit: [{ name: 'nofile', soft: 8192, hard: 8192 }],
      logDriver: 'json-file',
      logOpts: { 'max-file': '3', 'max-size': '10m' },
      networkMode: 'bridge',
      networksAdvanced: [
        { name: environment.directory.networkName, aliases: [environment.directory.claimAlias(id, this)] },
      ],
      // ApacheDS looks up the name of whoever connects, and nobody on an internal network knows this machine's.
      host: [{ host: 'tests', ip: environment.directory.subnet.gateway }],
      volumes: [{ volumeName: files.volumeName, containerPath: '/files', readOnly: true }],
      labels: Object.entries(environment.labels).map(([label, value]) => ({ label, value })),
      dependsOn: [files.loader],
    });
  }
}
