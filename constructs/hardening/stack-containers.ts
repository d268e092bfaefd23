import { TerraformResource, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { ContainerSettings, written } from './container-settings';

type Block = Readonly<Record<string, unknown>>;
/** By type and name. */
type Blocks = Readonly<Record<string, Readonly<Record<string, Block>>>>;

interface StackJson {
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly variable?: Readonly<Record<string, Block>>;
}

export interface StackContainer {
  /** Construct path; for one that an override of the stack adds, its Terraform address. */
  readonly path: string;
  /** undefined for one that an override of the stack adds. */
  readonly construct: IConstruct | undefined;
  readonly settings: ContainerSettings;
}

const CONTAINER = 'docker_container';
/** An attribute of an image, resource or data source, and nothing around it. */
const IMAGE_REFERENCE = /^\$\{(?:(data)\.)?docker_image\.([^.}]+)\.\w+\}$/;

/** All containers of a stack as they will be deployed, with what overrides change. */
export function stackContainers(stack: TerraformStack): readonly StackContainer[] {
  const json = stack.toTerraform() as StackJson;
  const constructs = new Map(
    stack.node
      .findAll()
      .filter(isContainer)
      .map((construct) => [construct.friendlyUniqueId, construct]),
  );
  const sensitive = Object.entries(json.variable ?? {}).flatMap(([name, { sensitive }]) =>
    sensitive === true ? [name] : [],
  );
  return Object.entries(json.resource?.[CONTAINER] ?? {}).map(([name, attributes]) => {
    const construct = constructs.get(name);
    return {
      path: construct?.node.path ?? `${stack.node.path}/${CONTAINER}.${name}`,
      construct,
      settings: new ContainerSettings(attributes, imageOf(attributes, json), sensitive),
    };
  });
}

/** Of any version of the provider's bindings. */
function isContainer(construct: IConstruct): construct is TerraformResource {
  return TerraformResource.isTerraformResource(construct) && construct.terraformResourceType === CONTAINER;
}

/** The name that a reference to an image leads to; what leads nowhere stays as it is. */
function imageOf({ image }: Block, { resource, data }: StackJson): string {
  const text = written(image ?? '');
  const [, isData, name] = IMAGE_REFERENCE.exec(text) ?? [];
  if (name === undefined) return text;
  return written((isData === undefined ? resource : data)?.['docker_image']?.[name]?.['name'] ?? text);
}
