import { TerraformOutput, TerraformStack, Testing } from 'cdktf';
import type { Construct } from 'constructs';
import { Environment, type EnvironmentProps } from '../../constructs/environment';
import { Synthesised, type Resource } from '../../constructs/testing/synthesised';

export { Synthesised, type Resource };

/** A value as Terraform is given it: `${var.x}` for a reference. */
export function resolved(value: unknown, scope: Construct = testStack()): unknown {
  const stack = TerraformStack.of(scope);
  new TerraformOutput(stack, `resolved-${stack.node.children.length}`, { value, staticId: true });
  return Object.values((stack.toTerraform() as { output: Record<string, { value: unknown }> }).output).at(-1)?.value;
}

/** A stack for what a test makes. */
export function testStack(): TerraformStack {
  return new TerraformStack(Testing.app(), 'test');
}

/** An environment named `t1`, id `env`, in a stack of its own. */
export function testEnvironment(props: Partial<EnvironmentProps> = {}): Environment {
  return new Environment(testStack(), 'env', { name: 't1', ...props });
}

/** Makes an environment, lets `build` fill it, and gives what it becomes. */
export function synth(build: (environment: Environment) => void, props: Partial<EnvironmentProps> = {}): Synthesised {
  const environment = testEnvironment(props);
  build(environment);
  return new Synthesised(TerraformStack.of(environment));
}
