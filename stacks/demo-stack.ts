import { Fn, TerraformOutput, TerraformStack, type App } from 'cdktf';
import { join, relative, resolve } from 'node:path';
import { BitbucketServer } from '../constructs/bitbucket/bitbucket-server';
import type { Environment, EnvironmentProps } from '../constructs/environment';
import type { GitServer } from '../constructs/git/git-server';
import { TomcatGitServer } from '../constructs/git/tomcat-git-server';
import type { OpenLdapServer } from '../constructs/ldap/open-ldap-server';
import type { CertificateAuthority } from '../constructs/tls/certificate-authority';
import type { GitTopologyProps } from '../constructs/topology';
import { BASE_DN, DemoAccounts, demoSeed } from './demo-directory';
import { directoryOutput } from './directory-outputs';
import { engineName, stateFile, type Settings } from './settings';
import { declareBackend } from './state-backend';

/** What a stack has whatever its Git server is. */
export interface DeployedTopology {
  readonly environment: Environment;
  readonly certificateAuthority: CertificateAuthority;
  readonly ldap: OpenLdapServer;
  readonly git: GitServer;
}

/**
 * One topology with the demo directory, its state in `state/`, and the outputs that `out/STACK/` is
 * written from.
 */
export class DemoStack extends TerraformStack {
  /** Folder that Terraform runs in. */
  public readonly workingDirectory: string;
  private readonly accounts: DemoAccounts;

  /**
   * @param index which pair of subnets of the environment the stack has; each stack its own
   * @param hasSshKeys whether the server takes keys of SSH from the directory
   */
  public constructor(
    app: App,
    private readonly stackName: string,
    private readonly index: number,
    private readonly settings: Settings,
    hasSshKeys = true,
  ) {
    super(app, stackName);
    this.workingDirectory = join(resolve(app.outdir), 'stacks', stackName);
    const { environment, stateBackend } = settings;
    const localFile = relative(this.workingDirectory, stateFile(environment, stackName));
    declareBackend(this, stateBackend, engineName(environment, stackName), localFile);
    this.accounts = new DemoAccounts(this, 'accounts', hasSshKeys);
  }

  /** The host name of this environment's copy: `git.localhost`, or `pr-42.git.localhost`. */
  public host(name: string): string {
    return this.settings.environment === '' ? name : `${this.settings.environment}.${name}`;
  }

  public port(port: number): number {
    return port + this.settings.portOffset;
  }

  /** What all demo topologies have in common. */
  public get demo(): EnvironmentProps & Pick<GitTopologyProps, 'baseDn' | 'seed' | 'passwords' | 'sshPublicKeys'> {
    const { environment, bindAddress, baseImage, buildCaFile, subnetSlot, protectData } = this.settings;
    return {
      name: engineName(environment, this.stackName),
      bindAddress,
      baseImage,
      buildCaFile,
      subnetSlot: subnetSlot + this.index,
      protectData,
      baseDn: BASE_DN,
      seed: demoSeed(),
      passwords: this.accounts.passwordsByDn,
      sshPublicKeys: this.accounts.sshPublicKeysByDn,
    };
  }

  /** Declares the outputs of a topology. */
  public outputs(topology: DeployedTopology): void {
    const { git, ldap, certificateAuthority } = topology;
    this.output('environment', topology.environment.name);
    // Kept with the state, so that a command that is not told of it knows, too.
    if (topology.environment.protectData) this.output('protect_data', true);
    this.output('base_url', git.url.base);
    this.output('clone_url', git.cloneUrl);
    this.output('ldap_url', ldap.url);
    if (git.proxyName !== undefined) this.output('proxy_name', git.proxyName);
    if (git.proxyPort !== undefined) this.output('proxy_port', git.proxyPort);
    const limit = git.globalPermissions?.licenceLimit;
    if (limit !== undefined) this.output('licence_limit', limit);
    this.output('ca_pem', certificateAuthority.caPem);
    this.output('users', Fn.sensitive(this.accounts.passwords), true);
    if (git.sshUrl !== undefined) this.output('ssh_url', git.sshUrl);
    if (git instanceof TomcatGitServer && git.sshServer !== undefined) {
      this.output('ssh_bind_address', topology.environment.bindAddress);
      this.output('ssh_host_keys', git.sshServer.hostKeys);
      this.output('ssh_keys', Fn.sensitive(this.accounts.sshKeys), true);
    }
    if (git instanceof BitbucketServer) {
      const { administrator: username, administratorPassword: password } = git;
      this.output('administrator', Fn.sensitive({ username, password }), true);
    }
    this.output('directories', git.directories.map(directoryOutput), true);
    this.output('ldap', Fn.sensitive({ bind_dn: ldap.bindDn, password: ldap.bindPassword }), true);
  }

  private output(name: string, value: unknown, sensitive = false): void {
    new TerraformOutput(this, name, { value, sensitive, staticId: true });
  }
}
