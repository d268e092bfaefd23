/** A word as slapd.conf(5) has it: in double quotes, where a backslash stands before a quote and a backslash. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
