/** A word as slapd.conf(5) has it: in double quotes, where a backslash stands before a quote and a backslash. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * A word as cn=config has it: in double quotes, where a backslash is one, and a double quote has no way of being written.
 * Filters and DNs, which this is for, have one of their own (RFC 4514, 2.4; RFC 4515, 3).
 */
export function configWord(filterOrDn: string): string {
  return `"${filterOrDn.replace(/\\?"/g, String.raw`\22`)}"`;
}
