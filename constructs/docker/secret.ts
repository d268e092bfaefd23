import { Fn, Token } from 'cdktf';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError, quoted } from '../errors';

/** Paths by the references that stand for their content. */
const files = new Map<string, string>();

/**
 * A password or key for any property that takes one, kept out of everything that Terraform writes: out of the synthesised
 * JSON, and out of the state, which has the SHA-256 alone. That finds a short password by trying: give a random one.
 * @see https://developer.hashicorp.com/terraform/language/state/sensitive-data
 */
export class Secret {
  /**
   * What a file has to the last byte, on the machine that Terraform runs on and at the same path as at synth. A change of it
   * is taken up by the next deploy. Refused: a file that cannot be read, is empty, or is one line with a newline at its end,
   * which would be part of the password.
   */
  public static fromFile(file: string): string {
    const where = `Secret.fromFile ${quoted(file)}`;
    const text = readText(where, file);
    if (text === '') throw new InputError(where, 'an empty file', 'write the secret into it');
    if (/^[^\n]*\n$/.test(text)) {
      throw new InputError(
        where,
        'a line with a newline at its end',
        "write the secret alone: printf %s '...' writes none",
      );
    }
    return Secret.fileReference(where, file);
  }

  /** The same, of a file that was looked at already. @internal */
  public static fileReference(where: string, file: string): string {
    const path = resolve(file);
    if (/["\\\n]|[$%]\{/.test(path)) {
      throw new InputError(
        where,
        `the path ${quoted(path)}`,
        'give the file a path without quotes, backslashes, "${" and "%{"',
      );
    }
    const reference = Token.asString(Fn.sensitive(Fn.file(path)));
    files.set(reference, path);
    return reference;
  }

  /** The file that a value stands for; undefined where it is any other value. @internal */
  public static fileOf(value: string): string | undefined {
    return files.get(value);
  }
}

/** @param where says in a message what the file is for */
export function readText(where: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new InputError(where, `the file ${quoted(file)}, which cannot be read (${code})`, 'write the path of a file');
  }
}
