import { setUp } from '../../../scripts/setup/set-up';

/** The Terraform or OpenTofu that the commands use. */
export async function terraformBinary(): Promise<string> {
  return (await setUp()).terraform;
}
