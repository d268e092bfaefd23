import fc from 'fast-check';
import { InputError } from '../../constructs/errors';
import { Dn } from '../../constructs/ldap/dn';
import { Ldif } from '../../constructs/ldap/ldif';
import type { LdifEntry } from '../../constructs/ldap/ldif-entry';
import { ldifText } from '../../constructs/ldap/ldif-text';
import { attribute, anyString, MANY_RUNS, RUNS, text } from './arbitraries';

type Value = string | Buffer;
type Model = readonly { readonly name: string; readonly attributes: readonly (readonly [string, Value])[] }[];

/** Names that mean something in LDIF or in seeds. */
const RESERVED = /^(?:dn|version|control|changetype|userpassword|objectclass|ou|organizationalunitname)$/i;

const value: fc.Arbitrary<Value> = fc.oneof(
  text,
  fc.string({ minLength: 70, maxLength: 200 }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);
const model: fc.Arbitrary<Model> = fc.uniqueArray(
  fc.record({
    name: text.filter((name) => name !== ''),
    attributes: fc.array(
      fc.tuple(
        attribute.filter((name) => !RESERVED.test(name)),
        value,
      ),
      { maxLength: 4 },
    ),
  }),
  { selector: ({ name }) => dnOf(name).key, minLength: 1, maxLength: 3 },
);

function dnOf(name: string): Dn {
  // In hexadecimal all over, so that no rule of escaping is needed here.
  return Dn.parse('here', `ou=${Buffer.from(name).toString('hex').replace(/../g, '\\$&')},dc=example`);
}

/** How an author may write it: line ends, folding, and base64 also where it is not needed. */
interface Hand {
  readonly newline: string;
  readonly width: number;
  readonly base64: boolean;
}
const hand: fc.Arbitrary<Hand> = fc.record({
  newline: fc.constantFrom('\n', '\r\n'),
  width: fc.integer({ min: 2, max: 90 }),
  base64: fc.boolean(),
});

function written(entries: Model, { newline, width, base64 }: Hand): string {
  const line = (name: string, content: Value): string => {
    const isPlain = typeof content === 'string' && !base64 && !/^[ :<]|[\0\n\r]/.test(content);
    const whole = isPlain ? `${name}: ${content}` : `${name}:: ${Buffer.from(content).toString('base64')}`;
    const parts: string[] = [];
    for (let start = 0; start < whole.length; start += width) parts.push(whole.slice(start, start + width));
    return parts.join(`${newline} `);
  };
  return entries
    .map(({ name, attributes }) =>
      [
        line('dn', dnOf(name).toString()),
        line('objectClass', 'organizationalUnit'),
        line('ou', name),
        ...attributes.map(([attributeName, content]) => line(attributeName, content)),
        '',
      ].join(newline),
    )
    .join(newline);
}

/** Bytes that are text are text, whoever wrote them. */
function plain(content: string | Uint8Array): string | readonly number[] {
  const bytes = Buffer.from(content);
  const decoded = bytes.toString('utf8');
  return Buffer.from(decoded).equals(bytes) ? decoded : [...bytes];
}

function wanted(entries: Model): unknown[] {
  return entries.map(({ name, attributes }) => {
    const all = new Map<string, unknown[]>([
      ['objectclass', ['organizationalUnit']],
      ['ou', [name]],
    ]);
    for (const [attributeName, content] of attributes) {
      const key = attributeName.toLowerCase();
      all.set(key, [...(all.get(key) ?? []), plain(content)]);
    }
    return [dnOf(name).toString(), [...all]];
  });
}

function read(entries: readonly LdifEntry[]): unknown[] {
  return entries.map(({ dn, attributes }) => [
    dn.toString(),
    [...attributes].map(([name, { values }]) => [name, values.map((each) => plain(each.value))]),
  ]);
}

describe('Ldif', () => {
  test('reads any values, however they are written, and writes what reads as the same', () => {
    fc.assert(
      fc.property(model, hand, (entries, how) => {
        const parsed = Ldif.parse(written(entries, how));
        expect(read(parsed.entries)).toEqual(wanted(entries));
        const rendered = ldifText(parsed.entries);
        // eslint-disable-next-line no-control-regex -- SAFE-CHAR of RFC 2849, and line ends
        expect(rendered).toMatch(/^[\x01-\x0c\x0e-\x7f]*$/);
        expect(Math.max(...rendered.split('\n').map((line) => line.length))).toBeLessThanOrEqual(76);
        expect(read(Ldif.parse(rendered).entries)).toEqual(wanted(entries));
        expect(ldifText(Ldif.parse(rendered).entries)).toBe(rendered);
      }),
      RUNS,
    );
  });

  test('refuses any other text with a sentence', () => {
    const broken = fc.tuple(model, hand, fc.nat(), fc.nat(6), anyString).map(([entries, how, at, gone, extra]) => {
      const whole = written(entries, how);
      const start = at % (whole.length + 1);
      return whole.slice(0, start) + extra + whole.slice(start + gone);
    });
    fc.assert(
      fc.property(fc.oneof(anyString, broken), (ldif) => {
        try {
          const rendered = ldifText(Ldif.parse(ldif).entries);
          expect(ldifText(Ldif.parse(rendered).entries)).toBe(rendered);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      MANY_RUNS,
    );
  });
});
