import { canonicalValue, type Dn } from './dn';

/** One value of an attribute: text, or bytes that are no text (a photo). */
export interface LdifValue {
  /** The value, decoded. */
  readonly value: string | Uint8Array;
  /** Where it stands in its source, from 1; 0 for a value that no source has. */
  readonly line: number;
}

/** One attribute of an entry with all its values. */
export interface LdifAttribute {
  /** As first written, options included: `displayName;lang-de`. */
  readonly description: string;
  /** In the order of the text. */
  readonly values: readonly LdifValue[];
}

/** One entry of a directory. Attribute names are compared without regard to case. */
export class LdifEntry {
  /** An entry that no source has. */
  public static of(dn: Dn, attributes: Readonly<Record<string, readonly string[]>>): LdifEntry {
    return new LdifEntry(
      dn,
      0,
      new Map(
        Object.entries(attributes).map(([description, values]) => [
          description.toLowerCase(),
          { description, values: values.map((value) => ({ value, line: 0 })) },
        ]),
      ),
    );
  }

  public constructor(
    /** Its name. */
    public readonly dn: Dn,
    /** Of its `dn:`, from 1; 0 where no source has the entry. */
    public readonly line: number,
    /** By description in lower case. */
    public readonly attributes: ReadonlyMap<string, LdifAttribute>,
  ) {}

  /** Values of an attribute; none where it has none. */
  public values(name: string): readonly LdifValue[] {
    return this.attributes.get(name.toLowerCase())?.values ?? [];
  }

  /** Whether an attribute has a value, without regard to case and spaces. */
  public has(name: string, value: string): boolean {
    const wanted = canonicalValue(value);
    return this.values(name).some(
      (present) => typeof present.value === 'string' && canonicalValue(present.value) === wanted,
    );
  }

  /** This entry with an attribute replaced, or without it where there are no values. */
  public with(description: string, values: readonly string[]): LdifEntry {
    const attributes = new Map(this.attributes);
    attributes.delete(description.toLowerCase());
    if (values.length > 0) {
      attributes.set(description.toLowerCase(), { description, values: values.map((value) => ({ value, line: 0 })) });
    }
    return new LdifEntry(this.dn, this.line, attributes);
  }
}
