type Attributes = Readonly<Record<string, unknown>>;

/**
 * A container as Terraform is given it: the arguments of a docker_container, whoever wrote them and by whatever way. What is
 * a reference here is not known yet, so no check takes it for what it should be.
 * @see https://registry.terraform.io/providers/kreuzwerker/docker/latest/docs/resources/container
 */
export class ContainerSettings {
  public constructor(
    private readonly attributes: Attributes,
    /** Name of its image, which in the arguments may be a reference. */
    public readonly image: string,
    /** Names of the stack's sensitive variables. */
    public readonly sensitiveVariables: readonly string[] = [],
  ) {}

  /** A reference that is one of several arguments, such as `${docker_image.web.name}`. */
  public static isReference(value: unknown): value is string {
    return typeof value === 'string' && /(^|[^$])\$\{/.test(value);
  }

  /** undefined where it is left out, or says nothing. */
  public value(name: string): unknown {
    const value = this.attributes[name];
    return value === null || value === false || value === '' ? undefined : value;
  }

  /** "" where it is left out. */
  public text(name: string): string {
    const value = this.value(name);
    return value === undefined ? '' : written(value);
  }

  /** The number, 0 where it is left out, and where it is not known yet. */
  public number(name: string): number {
    const number = Number(this.value(name) ?? 0);
    return Number.isNaN(number) ? 0 : number;
  }

  public texts(name: string): readonly string[] {
    return listOf(this.value(name)).map(written);
  }

  /** A map, such as `labels` of old or `log_opts`. */
  public map(name: string): Attributes {
    const value = this.value(name);
    return isAttributes(value) ? value : {};
  }

  /** Nested blocks: one or a list of them, or what a dynamic block makes. */
  public blocks(name: string): readonly Attributes[] {
    const dynamic = listOf(this.map('dynamic')[name]).flatMap((block) =>
      isAttributes(block) ? listOf(block['content']) : [],
    );
    return [...listOf(this.value(name)), ...dynamic].filter(isAttributes);
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

function isAttributes(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as it reads in a message and as checks compare it. */
export function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
