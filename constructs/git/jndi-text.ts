/**
 * Text inside a pattern of java.text.MessageFormat, as itself: braces start an argument there, and a single quote starts
 * text that is taken as it is.
 * @see https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/text/MessageFormat.html
 */
export function messageFormatText(text: string): string {
  // Runs of both as a whole: a quote that ends one quoted brace and one that starts the next would be a quote themselves.
  return text.replace(/['{}]+/g, (run) => {
    const quoted = run.replaceAll("'", "''");
    return /[{}]/.test(run) ? `'${quoted}'` : quoted;
  });
}

/**
 * A DN as one component of a JNDI composite name, as which Java reads the base of a search: a slash would start another
 * component, quotes at its start would hold it together, and a backslash belongs to the composite name itself.
 * @see https://docs.oracle.com/en/java/javase/21/docs/api/java.naming/javax/naming/CompositeName.html
 */
export function compositeNameText(dn: string): string {
  return dn.replace(/[\\/]/g, '\\$&').replace(/^["']/, '\\$&');
}
