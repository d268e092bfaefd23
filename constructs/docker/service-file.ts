import { InputError, quoted } from '../errors';
import { Secret } from './secret';
import { literal, literalOrToken } from './template';

/** What a service does about a file that changed. */
export interface ServiceFileOptions {
  /** The service takes up a new content by itself: it needs no new container for it. @default false */
  readonly isReloaded?: boolean;
}

/** Characters from which on a plain text is not part of Terraform's configuration and state: both would take minutes. */
const LARGE = 256 * 1024;

/** One file of a service, as ServiceFiles brings it. `content` is ready for Terraform. */
export class ServiceFile {
  /** A configuration file, readable to all processes of the service (0644). `text` arrives exactly as it is. */
  public static text(path: string, text: string, options: ServiceFileOptions = {}): ServiceFile {
    const content = text === '' ? '\n' : text;
    return new ServiceFile(path, literal(content), '0644', options, content.length >= LARGE ? content : undefined);
  }

  /**
   * A file that only the service's own user may read (0600): a key or a password. The value is a reference to a
   * Terraform resource or variable, a Secret, or plain text; it arrives without an added newline.
   */
  public static secret(path: string, value: string, options: ServiceFileOptions = {}): ServiceFile {
    if (value === '') {
      throw new InputError(
        `service file ${quoted(path)}`,
        'an empty secret',
        'give the value that the file should hold',
      );
    }
    return new ServiceFile(path, literalOrToken(value), '0600', options, undefined, Secret.fileOf(value));
  }

  /** A file whose content Terraform knows, such as a certificate (0644). */
  public static reference(path: string, value: string, options: ServiceFileOptions = {}): ServiceFile {
    return new ServiceFile(path, value, '0644', options);
  }

  /** Whether the service takes up a new content by itself. */
  public readonly isReloaded: boolean;

  private constructor(
    /** Relative to the folder that the service sees, for example `server.xml` or `tls/server.key`. */
    public readonly path: string,
    /** As Terraform takes it: a reference, or text with its templates escaped. */
    public readonly content: string,
    /** Permissions, octal: 0600 for secrets, which the service's own user reads alone. */
    public readonly mode: '0644' | '0600',
    options: ServiceFileOptions,
    /** The text of a large file, which is written next to the stack and uploaded from there. Never a secret. */
    public readonly largeText?: string,
    /** A file on the machine that Terraform runs on, which is uploaded from there: its content is in no state. */
    public readonly secretFile?: string,
  ) {
    this.isReloaded = options.isReloaded ?? false;
    if (!/^[\w.@+-]+(\/[\w.@+-]+)*$/.test(path) || path.split('/').some((part) => part === '.' || part === '..')) {
      throw new InputError(
        `service file ${quoted(path)}`,
        'a path outside the folder of the service, or with unusual characters',
        'write a relative path of letters, digits and . _ - @ +, such as "tls/server.key"',
      );
    }
  }
}
