/** What Java makes of texts that are generated for it, as its documentation has it. */

/** java.text.MessageFormat with string arguments. */
export function messageFormat(pattern: string, args: readonly string[]): string {
  let result = '';
  let isQuoted = false;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === "'") {
      if (pattern[index + 1] === "'") {
        result += "'";
        index++;
      } else isQuoted = !isQuoted;
    } else if (character === '{' && !isQuoted) {
      const end = pattern.indexOf('}', index);
      const argument = args[Number(pattern.slice(index + 1, end))];
      if (end < 0 || argument === undefined) throw new Error(`can't parse argument number: ${pattern}`);
      result += argument;
      index = end;
    } else result += character;
  }
  return result;
}

/** The components of a javax.naming.CompositeName. */
export function compositeName(name: string): string[] {
  const isMeta = (at: number): boolean => at < name.length && ['\\', '"', "'", '/'].includes(name.charAt(at));
  const components: string[] = [];
  let index = 0;
  while (index <= name.length) {
    let component = '';
    const quote = name.charAt(index);
    if (quote === '"' || quote === "'") {
      for (index++; index < name.length && name[index] !== quote; index++) {
        if (name[index] === '\\' && name[index + 1] === quote) index++;
        component += name.charAt(index);
      }
      if (index >= name.length) throw new Error(`${name}: no close quote`);
      index++;
      if (index < name.length && name[index] !== '/') throw new Error(`${name}: close quote appears before end`);
    } else {
      for (; index < name.length && name[index] !== '/'; index++) {
        if (name[index] === '\\') {
          if (isMeta(index + 1)) index++;
          else if (index + 1 >= name.length) throw new Error(`${name}: unescaped \\ at end of component`);
        }
        component += name.charAt(index);
      }
    }
    components.push(component);
    index++;
  }
  return components;
}

/** JNDIRealm.doFilterEscaping, which every user name goes through (RFC 4515). */
export function jndiRealmEscaped(text: string): string {
  // eslint-disable-next-line no-control-regex -- NUL is among what is escaped
  return text.replace(/[\\*()\u0000]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
