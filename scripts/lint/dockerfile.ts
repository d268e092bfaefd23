/** One instruction of a Dockerfile: its continued lines joined, comments left out. */
export interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly text: string;
}

/** What a FROM begins. */
export interface Stage {
  readonly base: string;
  /** Name for later stages. */
  readonly alias: string | undefined;
  readonly from: Instruction;
  /** After the FROM. */
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile, read as far as rules need it. @see https://docs.docker.com/reference/dockerfile/ */
export class Dockerfile {
  public static parse(text: string): Dockerfile {
    const instructions = text
      .replace(/^\s*#.*\n/gm, '')
      .replace(/\\\n/g, ' ')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => {
        const [name = '', rest = ''] = line.split(/\s+(.*)/s);
        return { name: name.toUpperCase(), text: rest };
      });
    const starts = instructions.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []));
    const stages = starts.flatMap((start, index) => {
      const from = instructions[start];
      if (from === undefined) return [];
      const [, base = '', alias] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?$/i.exec(from.text) ?? [];
      return [{ base, alias, from, instructions: instructions.slice(start + 1, starts[index + 1]) }];
    });
    return new Dockerfile(instructions, stages);
  }

  private constructor(
    public readonly instructions: readonly Instruction[],
    public readonly stages: readonly Stage[],
  ) {}

  /** Texts of the instructions of a name, in all stages. */
  public all(name: string): readonly string[] {
    return this.instructions.flatMap((instruction) => (instruction.name === name ? [instruction.text] : []));
  }

  /** The same of the stage that becomes the image. */
  public last(name: string): readonly string[] {
    return (this.stages.at(-1)?.instructions ?? []).flatMap((each) => (each.name === name ? [each.text] : []));
  }
}
