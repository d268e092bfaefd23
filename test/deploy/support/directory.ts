import { succeed } from './command';
import type { Stack } from './stack';

/** Changes the directory of a stack as its administrator does: by the socket in its container. */
export class Directory {
  public constructor(private readonly stack: Stack) {}

  /** Records of LDIF with `changetype`. */
  public async change(ldif: string): Promise<void> {
    await succeed('docker', [...this.exec('ldapmodify')], { input: ldif });
  }

  public async remove(...dns: readonly string[]): Promise<void> {
    for (const dn of dns) await succeed('docker', [...this.exec('ldapdelete'), dn]);
  }

  /** A change of what a group has of one member: `add` or `delete`. */
  public member(group: string, change: 'add' | 'delete', memberLine: string): Promise<void> {
    return this.change(
      `dn: cn=${group},ou=groups,dc=example,dc=com\nchangetype: modify\n${change}: member\n${memberLine}\n`,
    );
  }

  /** The keys of an account, as they are written. */
  public keys(dn: string, ...keys: readonly string[]): Promise<void> {
    const values = keys.map((key) => `sshPublicKey:: ${Buffer.from(key).toString('base64')}\n`).join('');
    return this.change(`dn: ${dn}\nchangetype: modify\nreplace: sshPublicKey\n${values}`);
  }

  private exec(program: string): string[] {
    return [
      'exec',
      '-i',
      this.stack.container('ldap'),
      program,
      '-H',
      'ldapi://%2Frun%2Fopenldap%2Fldapi',
      '-Y',
      'EXTERNAL',
      '-Q',
    ];
  }
}
