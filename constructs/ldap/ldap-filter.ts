import { AndFilter, EqualityFilter, FilterParser, OrFilter } from 'ldapts';
import { InputError, quoted } from '../errors';
import { checkedAttribute } from './attribute-name';

/** One item of a filter, between its parentheses: `attr=value` with its operators, or an extensible match. */
const ITEM = /^(?:[A-Za-z][\w-]*[~<>]?=|(?:[A-Za-z][\w-]*)?(?::dn)?(?::[A-Za-z0-9.-]+)?:=)/i;

/**
 * A search filter of RFC 4515, for settings that take one. Values are escaped; a setting takes a filter as text, too, which
 * is checked and left as it is.
 * @see https://www.rfc-editor.org/rfc/rfc4515
 */
export class LdapFilter {
  /** `(attribute=value)`, whatever is in the value. Refused: an attribute with options. */
  public static equal(attribute: string, value: string): LdapFilter {
    return new LdapFilter(equality(attribute, value).toString());
  }

  /**
   * Entries of an object class of which the attribute has one of the values:
   * `inGroups('cn', ['stash_user', 'red_team'])` is `(&(objectClass=group)(|(cn=stash_user)(cn=red_team)))`.
   */
  public static inGroups(attribute: string, names: readonly string[], objectClass = 'group'): LdapFilter {
    if (names.length === 0) {
      throw new InputError(
        'LdapFilter.inGroups',
        'no names',
        'name at least one group: without any, nobody would be found',
      );
    }
    const filters = names.map((value) => equality(attribute, value));
    const isGroup = equality('objectClass', objectClass);
    return new LdapFilter(new AndFilter({ filters: [isGroup, new OrFilter({ filters })] }).toString());
  }

  private constructor(private readonly text: string) {}

  /** In the string form of RFC 4515. */
  public toString(): string {
    return this.text;
  }
}

function equality(attribute: string, value: string): EqualityFilter {
  return new EqualityFilter({ attribute: checkedAttribute('LdapFilter', attribute), value });
}

/**
 * A search filter in the string form of RFC 4515, as it is. Refused, though the RFC has them: attributes by number or
 * with options (`2.5.4.3=`, `cn;lang-en=`), and the empty `(&)` and `(|)` of RFC 4526.
 */
export function checkedFilter(where: string, filter: string): string {
  const fault = faultOf(filter);
  if (fault !== undefined) {
    throw new InputError(
      where,
      `the LDAP filter ${quoted(filter)}, ${fault}`,
      'write a filter such as "(objectClass=inetOrgPerson)" or "(&(objectClass=person)(!(uid=root)))", with ( ) * \\ in values as \\28 \\29 \\2a \\5c',
    );
  }
  return filter;
}

/** What ldapts accepts without saying so is looked for first: missing parentheses and half an extensible match. */
function faultOf(filter: string): string | undefined {
  if (!filter.startsWith('(')) return 'which does not start with a parenthesis';
  const opening = filter.split('(').length;
  const closing = filter.split(')').length;
  if (opening !== closing) return `with ${opening - 1} opening and ${closing - 1} closing parentheses`;
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(filter)) return 'with a control character that is not written as \\0a and the like';
  const item = [...filter.matchAll(/\(([^()&|!][^()]*)/g)].find(([, text = '']) => !ITEM.test(text));
  if (item !== undefined) return `in which ${quoted(item[1] ?? '')} is not an attribute, an operator and a value`;
  try {
    FilterParser.parseString(filter);
    return undefined;
  } catch (error) {
    return `which cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
}
