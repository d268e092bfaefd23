import { Token } from 'cdktf';

/**
 * Text as Terraform must be given it so that it arrives unchanged: every string in the synthesised JSON is a Terraform
 * template, in which `${` and `%{` start an expression. Apache's `%{SSL_PROTOCOL}x` is one of many that would break.
 * @see https://developer.hashicorp.com/terraform/language/expressions/strings
 */
export function literal(text: string): string {
  return text.replace(/[$%]\{/g, (start) => `${start.charAt(0)}${start}`);
}

/** A value that is either a reference to be resolved by Terraform, left as it is, or plain text, escaped. */
export function literalOrToken(value: string): string {
  return Token.isUnresolved(value) ? value : literal(value);
}
