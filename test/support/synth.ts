import { TerraformOutput, TerraformStack, Testing } from 'cdktf';
import type { Construct } from 'constructs';
import { Environment, type EnvironmentProps } from '../../constructs/environment';

/** A resource as Terraform is given it. */
export type Resource = Readonly<Record<string, unknown>>;

/** What a stack becomes: its resources by type and construct path, for assertions on single ones. */
export class Synthesised {
  private readonly json: { readonly resource?: Readonly<Record<string, Readonly<Record<string, Resource>>>> };

  /** The JSON as text, for what must or must not be anywhere in it. */
  public readonly text: string;

  /** Runs the validations of the stack; an error of one is thrown. */
  public constructor(stack: TerraformStack) {
    this.text = Testing.synth(stack, true);
    // The same once more: what Testing gives is without the construct paths.
    this.json = stack.toTerraform() as typeof this.json;
  }

  /** All resources of a type, by construct path below the stack: `env/proxy/container`. */
  public all(type: string): Readonly<Record<string, Resource>> {
    return Object.fromEntries(
      Object.values(this.json.resource?.[type] ?? {}).map((resource) => [pathOf(resource), resource]),
    );
  }

  /** The one of a type at a construct path; an error with those that there are, if there is none. */
  public one(type: string, path: string): Resource {
    const all = this.all(type);
    const found = all[path];
    if (found === undefined) {
      throw new Error(`no ${type} at ${path}; there are ${Object.keys(all).join(', ') || 'none'}`);
    }
    return found;
  }

  /** Content of the file that a service's loader writes, as it arrives: Terraform's escapes undone. */
  public file(loaderPath: string, file: string): string {
    const uploads = this.one('docker_container', loaderPath)['upload'] as readonly { file: string; content: string }[];
    const found = uploads.find((upload) => upload.file === `/staging/${file}`);
    if (found === undefined) {
      throw new Error(`no file ${file} at ${loaderPath}; there are ${uploads.map((upload) => upload.file).join(', ')}`);
    }
    return found.content.replaceAll('$${', '${').replaceAll('%%{', '%{');
  }
}

/** The construct path, without the stack and without the `Resource` that a construct's main resource is called. */
function pathOf(resource: Resource): string {
  const { metadata } = resource['//'] as { metadata: { path: string } };
  return metadata.path
    .split('/')
    .slice(1)
    .join('/')
    .replace(/\/Resource$/, '');
}

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
