/**
 * Text of a Java properties file, one line for each value. Java reads it as ISO 8859-1, so all beyond ASCII is escaped.
 * @see https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html `load`
 */
export function renderJavaProperties(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${escaped(value)}\n`)
    .join('');
}

/** Properties, of which some may be left out. */
export type PropertyValues = Readonly<Record<string, string | number | boolean | undefined>>;

/** As text, without those that are undefined. */
export function propertyTexts(values: PropertyValues): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}

const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\f': '\\f' };

/** images/loader/add-secret-properties does the same to what Terraform alone knows. */
function escaped(value: string): string {
  return value.replace(/[^\x20-\x7e]|\\/g, (character) => NAMED[character] ?? unicode(character)).replace(/^ /, '\\ ');
}

/** Of one UTF-16 code unit, as Java has them. */
function unicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
