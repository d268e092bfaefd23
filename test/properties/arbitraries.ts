import fc from 'fast-check';

/** Characters that mean something in filters, DNs, LDIF, MessageFormat, JNDI names, XML or Terraform. */
const SPECIAL = Array.from('*()\\\0{}\'"=&|!~<>,+;#/:$%@ \n\r\t-0aAzé💩\uFEFF\u2028');

/** Text that was made to break out of where it is put. */
export const attack = fc.string({ unit: fc.constantFrom(...SPECIAL), maxLength: 20 });

/** Any text of whole characters, attacks among it. */
export const text = fc.oneof(attack, fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ maxLength: 30 }));

/** Any sequence of UTF-16 units, halves of characters among it: what JavaScript calls a string. */
export const anyString = fc.oneof(
  text,
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
);

export const attribute = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/);

/** The runs of a property: enough to have found what was found, few enough for the unit tests to stay quick. */
export const RUNS = { numRuns: 100 };
/** Where most cases are refused at once. */
export const MANY_RUNS = { numRuns: 400 };
