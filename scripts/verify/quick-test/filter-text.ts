/**
 * A filter with escaped bytes of UTF-8 as the characters that they are (RFC 4515 has both): ldapts takes each such byte
 * for a character. Bytes of ASCII stay escaped: they may be special.
 */
export function utf8Unescaped(filter: string): string {
  return filter.replace(/(?:\\[89a-f][0-9a-f])+/gi, (escaped) => {
    const bytes = Buffer.from(escaped.replaceAll('\\', ''), 'hex');
    const text = bytes.toString('utf8');
    return Buffer.from(text).equals(bytes) ? text : escaped;
  });
}
