import { TerraformStack } from 'cdktf';
import { BitbucketDatabase } from '../../../constructs/bitbucket/bitbucket-database';
import { BitbucketServer } from '../../../constructs/bitbucket/bitbucket-server';
import { LegacyStash } from '../../../constructs/bitbucket/legacy-stash';
import { ServiceContainer } from '../../../constructs/docker/service-container';
import { ServiceFile } from '../../../constructs/docker/service-file';
import { ServiceFiles } from '../../../constructs/docker/service-files';
import { ServiceImage } from '../../../constructs/docker/service-image';
import { ServiceVolume } from '../../../constructs/docker/service-volume';
import { Environment } from '../../../constructs/environment';
import { Access } from '../../../constructs/git/access';
import { DirectAccess } from '../../../constructs/git/direct-access';
import { ExternalProxy } from '../../../constructs/git/external-proxy';
import { Repository } from '../../../constructs/git/repository';
import { SshEndpoint } from '../../../constructs/git/ssh-endpoint';
import { TomcatGitServer } from '../../../constructs/git/tomcat-git-server';
import { DirectoryReplica } from '../../../constructs/ldap/directory-replica';
import { LdapDirectory } from '../../../constructs/ldap/ldap-directory';
import { OpenLdapServer } from '../../../constructs/ldap/open-ldap-server';
import { NginxProxy } from '../../../constructs/proxy/nginx-proxy';
import { ProxyPass } from '../../../constructs/proxy/proxy-pass';
import { PublicUrl } from '../../../constructs/proxy/public-url';
import { VirtualHost } from '../../../constructs/proxy/virtual-host';
import { Certificate } from '../../../constructs/tls/certificate';
import { CertificateAuthority } from '../../../constructs/tls/certificate-authority';
import { FAKE_CONNECTION, fakeCertificate, fakeDirectory } from '../../support/fakes';
import { testStack } from '../../support/synth';

/** Names that stand in the secrets and the environments' names of `everything`, and must stand in no picture. */
export const HIDDEN = ['hidden-environment', 'hidden-other', 'hidden-secret', 'secret-of-git'];

const BASE_DN = 'dc=example,dc=com';
const repositories = [new Repository('demo/hello', { readers: ['a'], writers: ['b'] })];
const image = (env: Environment, id: string): ServiceImage =>
  ServiceImage.named(env, id, 'registry.example.com/image:1');

/** A stack with something of everything that can be declared: two engines, all servers, all ways in, all certificates. */
export function everything(): TerraformStack {
  const stack = testStack();
  addProxied(
    new Environment(stack, 'main', {
      name: 'hidden-environment',
      existingVolumes: { 'wiki-data': 'corporate-wiki' },
    }),
  );
  addOthers(
    new Environment(stack, 'other', {
      name: 'hidden-other',
      subnetSlot: 1,
      bindAddress: '0.0.0.0',
      existingNetworks: { front: { name: 'corporate', proxyAddress: '10.9.8.7' } },
    }),
  );
  return stack;
}

/** A proxy with several hosts, servers under paths of their own, directories in order, a database, a replica. */
function addProxied(env: Environment): void {
  const ca = new CertificateAuthority(env, 'ca', { intermediate: true });
  ca.issue('spare', { hosts: ['spare.example.com'], ipAddresses: ['192.0.2.1'] });
  const ldap = new OpenLdapServer(env, 'ldap', {
    baseDn: BASE_DN,
    certificate: ca.issue('ldap', { hosts: ['ldap', 'ldap.example.com'] }),
    startTls: true,
    publishLdap: { host: 'ldap.example.com', port: 1636 },
    replication: {},
  });
  const near = new DirectoryReplica(env, 'near', {
    source: ldap.replicationSource({ name: 'Near' }),
    certificate: ca.issue('near', { hosts: ['near'] }),
    mode: 'refreshAndPersist',
  });
  const far = new DirectoryReplica(env, 'far', {
    source: fakeDirectory({ name: 'Head office', hostname: 'ldap.elsewhere.example' }),
    certificate: ca.issue('far', { hosts: ['far'] }),
    interval: 15,
    passwords: 'replicated',
  });
  const staff = LdapDirectory.activeDirectory({
    ...FAKE_CONNECTION,
    name: 'Staff "all" <x> & y',
    hostname: 'ad.example.com',
  });
  const url = (path: string) => PublicUrl.https('git.example.com', { contextPath: path });
  const git = new TomcatGitServer(env, 'git', {
    access: Access.behindProxy(url('/git'), DirectAccess.redirect(7990)),
    directories: [staff, ldap.directory({ secure: 'startTls' }), near.directory(), far.directory()],
    repositories,
    ssh: SshEndpoint.on(7999),
  });
  const bitbucket = new BitbucketServer(env, 'bitbucket', {
    access: Access.behindProxy(url('/bitbucket')),
    licence: 'hidden-secret',
    administrator: { username: 'admin', emailAddress: 'admin@example.com', password: 'hidden-secret' },
    directories: [ldap.directory()],
    database: BitbucketDatabase.postgresql({
      url: 'jdbc:postgresql://database:5432/bitbucket?sslmode=require',
      user: 'hidden-secret',
      password: 'hidden-secret',
    }),
    ssh: SshEndpoint.on(7998),
  });
  const wiki = PublicUrl.http('wiki.example.com');
  const other = PublicUrl.https('other.example.com');
  new NginxProxy(env, 'proxy', {
    virtualHosts: [
      VirtualHost.https(url(''), {
        certificate: ca.issue('proxy', { hosts: ['git.example.com', '*.example.com'] }),
        proxyPass: [git.proxyPass(), bitbucket.proxyPass()],
        redirectHttpPort: 80,
      }),
      VirtualHost.https(other, {
        certificate: Certificate.selfSigned(env, 'own', { hosts: ['other.example.com'] }),
        proxyPass: [
          ProxyPass.to(other, 'https://backend.example.com:8443', {
            backendTls: { ca: '-----BEGIN CERTIFICATE-----' },
          }),
        ],
      }),
      VirtualHost.http(wiki, { proxyPass: [ProxyPass.to(wiki, 'http://wiki:8090')] }),
    ],
  });
  addService(env, 'wiki', { 8090: 8090 });
  addService(env, 'database', {});
}

/** Servers that are reached directly or by a proxy elsewhere. */
function addOthers(env: Environment): void {
  const direct = PublicUrl.https('direct.example.com', { port: 7443 });
  new TomcatGitServer(env, 'direct', {
    access: Access.direct(direct, Certificate.request(env, 'bought', { hosts: ['direct.example.com'] })),
    directories: [fakeDirectory({ name: 'Staff', hostname: 'ad.example.com', secure: 'startTls' })],
    repositories,
  });
  new LegacyStash(env, 'stash', {
    access: Access.behindProxy(
      PublicUrl.https('stash.example.com'),
      ExternalProxy.at({ bind: '10.1.2.3', port: 7991, allowFrom: ['10.1.2.0/24'] }),
    ),
    image: image(env, 'stash-image'),
    user: 1001,
    ssh: SshEndpoint.on(8999),
    database: BitbucketDatabase.postgresql({
      url: 'jdbc:postgresql://one:5432,two:5432/stash',
      user: 'hidden-secret',
      password: 'hidden-secret',
    }),
  });
  new OpenLdapServer(env, 'ldap', { baseDn: BASE_DN, certificate: fakeCertificate('ldap') });
}

/** A service of somebody's own. */
function addService(env: Environment, name: string, ports: Readonly<Record<number, number>>): void {
  new ServiceContainer(env, name, {
    name,
    image: image(env, `${name}-image`),
    user: 1000,
    networks: [{ network: env.front, alias: name }],
    ports: Object.entries(ports).map(([external, internal]) => ({ external: Number(external), internal })),
    files: new ServiceFiles(env, `${name}-files`, { name, owner: 1000, files: [ServiceFile.text('settings', 'x')] }),
    data: { '/data': new ServiceVolume(env, `${name}-data`, `${name}-data`) },
    memory: 64,
    healthcheck: { command: ['true'] },
  });
}
