import fc from 'fast-check';
import { InputError } from '../../constructs/errors';
import { checkedDn, Dn } from '../../constructs/ldap/dn';
import { anyString, attack, attribute, MANY_RUNS, RUNS, text } from './arbitraries';

type Rdn = readonly (readonly [type: string, value: string])[];

/** RFC 4514, 2.4, with each special character escaped in one of the two ways. */
function written(rdns: readonly Rdn[], inHex: boolean): string {
  const escape = (character: string): string =>
    inHex || character < ' ' ? Buffer.from(character).toString('hex').replace(/../g, '\\$&') : `\\${character}`;
  return rdns
    .map((rdn) =>
      rdn
        // eslint-disable-next-line no-control-regex -- control characters are among what is escaped
        .map(([type, value]) => `${type}=${value.replace(/["+,;<>\\#= \u0000-\u001f]/g, escape)}`)
        .join('+'),
    )
    .join(',');
}

const rdns = fc.array(
  fc.array(
    fc.tuple(
      attribute,
      fc.oneof(text, attack).filter((value) => value !== ''),
    ),
    {
      minLength: 1,
      maxLength: 2,
    },
  ),
  { minLength: 1, maxLength: 4 },
);

describe('Dn', () => {
  test('reads any values as they are, however they were escaped', () => {
    fc.assert(
      fc.property(rdns, fc.boolean(), (wanted, inHex) => {
        const dn = Dn.parse('here', written(wanted, inHex));
        expect(dn.rdns.map((rdn) => rdn.map(({ type, value }) => [type, value]))).toEqual(wanted);
      }),
      RUNS,
    );
  });

  test('writes one line that reads as the same', () => {
    fc.assert(
      fc.property(rdns, (wanted) => {
        const dn = Dn.parse('here', written(wanted, false));
        const again = Dn.parse('here', dn.toString());
        expect(again.rdns).toEqual(dn.rdns);
        expect(again.toString()).toBe(dn.toString());
        expect(again.key).toBe(dn.key);
        // eslint-disable-next-line no-control-regex -- control characters are what must not be there
        expect(dn.toString()).not.toMatch(/[\u0000-\u001f\u007f]/);
      }),
      RUNS,
    );
  });

  test('is below each of its parents, and below no other', () => {
    fc.assert(
      fc.property(rdns, attack, (wanted, value) => {
        const dn = Dn.parse('here', written(wanted, false));
        for (let parent = dn.parent; parent !== undefined; parent = parent.parent)
          expect(dn.isBelow(parent)).toBe(true);
        const longer = Dn.parse('here', written([[['x', `x${value}`]], ...wanted], true));
        expect(longer.isBelow(dn)).toBe(true);
        expect(dn.isBelow(longer)).toBe(false);
        expect(longer.parent?.equals(dn)).toBe(true);
      }),
      RUNS,
    );
  });

  test('takes or refuses any text; what it takes is stable', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyString,
          fc.tuple(attribute, anyString).map(([type, value]) => `${type}=${value}`),
        ),
        (dn) => {
          try {
            const taken = checkedDn('here', dn);
            expect(checkedDn('here', taken)).toBe(taken);
            expect(Dn.parse('here', taken).key).toBe(Dn.parse('here', dn).key);
          } catch (error) {
            if (!(error instanceof InputError)) throw error;
          }
        },
      ),
      MANY_RUNS,
    );
  });
});
