import { Token } from 'cdktf';

/**
 * Text as a picture may have it: one line, nothing that is invisible or turns the direction of what follows, and no reference to
 * what Terraform knows later.
 */
export function plainText(text: string): string {
  if (Token.isUnresolved(text)) return 'known when deployed';
  return text.replace(/\s+/gu, ' ').trim().replace(/\p{C}/gu, '\u{FFFD}');
}
