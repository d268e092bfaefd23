import type { TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';
import { Environment } from './environment';

/**
 * For what a deployment cannot make again: Terraform refuses to destroy or replace it where the environment of the
 * construct has `protectData`. Nothing else about it changes.
 */
export function protection(construct: Construct): Pick<TerraformMetaArguments, 'lifecycle'> {
  const environment = construct.node.scopes.find((scope) => scope instanceof Environment);
  return environment instanceof Environment && environment.protectData ? { lifecycle: { preventDestroy: true } } : {};
}
