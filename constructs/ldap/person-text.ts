import { Token } from 'cdktf';
import { InputError, quoted } from '../errors';

/** Text of one line that is not empty, known at synth: entries are compared with what was declared before. */
export function checkedLine(where: string, what: string, value: string): string {
  if (Token.isUnresolved(value)) {
    throw new InputError(where, `${what} that only Terraform knows`, 'write it as text: it becomes part of an entry');
  }
  if (value === '' || value.trim() !== value || /[\p{Cc}\p{Cn}\p{Cs}]/u.test(value)) {
    throw new InputError(where, `${what} ${quoted(value)}`, 'write one line of text, without spaces around it');
  }
  return value;
}

/** The same for attributes of ASCII alone (IA5String, RFC 4517, 3.3.15). */
export function checkedIa5(where: string, what: string, value: string): string {
  checkedLine(where, what, value);
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw new InputError(where, `${what} ${quoted(value)}`, 'write it in ASCII: LDAP has no other letters there');
  }
  return value;
}

/** A uidNumber or gidNumber; 0 would be root's, and the last one stands for none. */
export function checkedNumber(where: string, what: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > 4_294_967_293) {
    throw new InputError(where, `${what} ${value}`, 'write a whole number from 1 to 4294967293');
  }
  return value;
}
