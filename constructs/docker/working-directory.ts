import { TerraformStack } from 'cdktf';
import type { ISynthesisSession } from 'cdktf/lib/synthesize';
import type { Construct } from 'constructs';
import { dirname, join } from 'node:path';

/** The folder that Terraform runs in for a construct's stack: relative paths in resources start there. */
export function workingDirectory(session: ISynthesisSession, construct: Construct): string {
  const stack = session.manifest.forStack(TerraformStack.of(construct));
  return dirname(join(session.manifest.outdir, stack.synthesizedStackPath));
}
