export { Environment, type EnvironmentProps, type ExistingNetworks } from './environment';
export { InputError } from './errors';
export { GitTopology, type GitTopologyProps } from './topology';
export { BitbucketDatabase, type BitbucketDatabaseProps } from './bitbucket/bitbucket-database';
export { BitbucketServer, type BitbucketServerProps } from './bitbucket/bitbucket-server';
export type { BitbucketAdministratorProps } from './bitbucket/bitbucket-setup';
export { LegacyStash, type LegacyStashProps } from './bitbucket/legacy-stash';
export { Access, type DirectTls, type DirectTlsOptions, type PublishedConnector } from './git/access';
export { Connector } from './git/connector';
export { DirectAccess, type OpenAccess, type RedirectAccess } from './git/direct-access';
export { ExternalProxy, type ExternalProxyProps } from './git/external-proxy';
export { GlobalPermissions, type GlobalPermissionsProps, type LicensedUserProps } from './git/global-permissions';
export { GitServer, type GitServerProps } from './git/git-server';
export { Repository, type RepositoryProps } from './git/repository';
export { SshEndpoint } from './git/ssh-endpoint';
export type { SshHostKey, SshHostKeys } from './git/ssh-host-key';
export { SshServer, type SshServerProps } from './git/ssh-server';
export { TomcatGitServer, type TomcatGitServerProps } from './git/tomcat-git-server';
export type { HardeningCheckId } from './hardening/checks';
export { HardeningException, type HardeningExceptionProps } from './hardening/hardening-exception';
export type {
  DirectorySchema,
  GroupSchemaSettings,
  SchemaSetting,
  UserMembershipSettings,
  UserSchemaSettings,
} from './ldap/directory-schema';
export type {
  ActiveDirectorySettings,
  AdvancedSettings,
  DirectorySettings,
  DnDirectorySettings,
  NestingSettings,
  PagingSettings,
  PermissionSettings,
  PosixDirectorySettings,
  ServerSettings,
  TreeSettings,
  UnpagedDirectorySettings,
} from './ldap/directory-settings';
export type { DirectoryType } from './ldap/directory-types';
export { DirectoryReplica, type DirectoryReplicaProps } from './ldap/directory-replica';
export type { Dn, DnAttribute } from './ldap/dn';
export { LdapDirectory, type DirectorySetting } from './ldap/ldap-directory';
export { LdapFilter } from './ldap/ldap-filter';
export { LdapGroup, type LdapGroupProps } from './ldap/ldap-group';
export { LdapSchema } from './ldap/ldap-schema';
export { LdapUser, type LdapUserProps, type PosixAccount } from './ldap/ldap-user';
export { Ldif } from './ldap/ldif';
export type { LdifAttribute, LdifEntry, LdifValue } from './ldap/ldif-entry';
export type { GroupClass, SettingsOf } from './ldap/group-class';
export type { DirectoryOptions, OpenLdapServerProps } from './ldap/open-ldap-props';
export { OpenLdapServer } from './ldap/open-ldap-server';
export type { PasswordPolicy } from './ldap/password-policy';
export type { PublishedLdapProps } from './ldap/published-ldap';
export type { ReplicaContentProps } from './ldap/replica-content';
export type { ReplicationProps } from './ldap/replication';
export { ApacheProxy, type ApacheProxyProps } from './proxy/apache-proxy';
export { NginxProxy, type NginxProxyProps } from './proxy/nginx-proxy';
export {
  ProxyPass,
  type BackendTls,
  type ProxyPassOptions,
  type ProxyPassProps,
  type ProxyPassTimes,
} from './proxy/proxy-pass';
export type { BackendOrigin } from './proxy/backend-origin';
export type { ProxyLoad, ProxyLoadProps } from './proxy/proxy-load';
export type { ProxyLimitsProps, RequestLimits, RequestLimitsProps } from './proxy/request-limits';
export { HttpsUrl, HttpUrl, PublicUrl, type PublicUrlOptions } from './proxy/public-url';
export { ReverseProxy, type ReverseProxyProps } from './proxy/reverse-proxy';
export { Hsts } from './proxy/hsts';
export {
  VirtualHost,
  type HttpsVirtualHostProps,
  type HttpVirtualHostProps,
  type VirtualHostTls,
} from './proxy/virtual-host';
export type { CertificateFromFilesProps, CertificateFromPemProps, SignedCertificate } from './tls/brought-certificate';
export { Certificate, RequestedCertificate } from './tls/certificate';
export type { CertificateOrigin, CertificateProps } from './tls/certificate-props';
export {
  CertificateAuthority,
  type CertificateAuthorityProps,
  type IntermediateOptions,
  type IssueOptions,
} from './tls/certificate-authority';
export type { CertificateRequestProps } from './tls/certificate-signing-request';
export type { KeyAlgorithm } from './tls/key-algorithm';
export type { CertificateSubject, SelfSignedCertificateProps } from './tls/self-signed-certificate';
export { TlsPolicy, type TlsProtocol } from './tls/tls-policy';
export { Secret } from './docker/secret';
export {
  ServiceContainer,
  type Healthcheck,
  type NetworkAttachment,
  type PublishedPort,
  type ServiceContainerProps,
  type Placement,
} from './docker/service-container';
export { ServiceFile, type ServiceFileOptions } from './docker/service-file';
export { ServiceFiles, type ServiceFilesProps } from './docker/service-files';
export { ServiceImage } from './docker/service-image';
export type { ServiceNetwork } from './docker/service-network';
export type { Subnet } from './docker/subnets';
export { ServiceVolume, type ServiceVolumeProps } from './docker/service-volume';
