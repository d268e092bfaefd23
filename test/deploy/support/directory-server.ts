import { Client, type SearchOptions } from 'ldapts';
import { command, succeed, type Result } from './command';

/** The socket of administrators in a directory's container. */
export const SOCKET = ['-H', 'ldapi://%2Frun%2Fopenldap%2Fldapi', '-Y', 'EXTERNAL', '-Q'];

type Attributes = Readonly<Record<string, readonly string[]>>;

/** An OpenLdapServer that runs, as its administrator and its clients see it. */
export class DirectoryServer {
  /** @param container its name on the engine */
  public constructor(
    public readonly container: string,
    private readonly caPem: string,
  ) {}

  /** LDAP is not published; the engine's host has a way into every network. */
  public async address(): Promise<string> {
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    return (await succeed('docker', ['inspect', '--format', format, this.container])).trim();
  }

  public run(...args: readonly string[]): Promise<Result> {
    return command('docker', ['exec', this.container, ...args]);
  }

  /** Records of LDIF with `changetype`, by the administrator. */
  public async change(ldif: string): Promise<void> {
    await succeed('docker', ['exec', '-i', this.container, 'ldapmodify', ...SOCKET], { input: ldif });
  }

  /** All entries at and below a base by DN, as the administrator sees them, with operational attributes. */
  public async entries(base: string): Promise<ReadonlyMap<string, Attributes>> {
    const args = ['-LLL', '-o', 'ldif-wrap=no', '-b', base, '(objectClass=*)', '*', '+'];
    const text = await succeed('docker', ['exec', this.container, 'ldapsearch', ...SOCKET, ...args]);
    const records = text.split('\n\n').filter((record) => record.trim() !== '');
    return new Map(records.map((record) => [/^dn: (.*)$/m.exec(record)?.[1] ?? record, attributesOf(record)]));
  }

  /** Those of one entry; none where it is not there. */
  public async entry(dn: string): Promise<Attributes> {
    return (await this.entries(dn).catch(() => new Map<string, Attributes>())).get(dn) ?? {};
  }

  /** A connection over LDAPS, bound. */
  public async bound(dn: string, password: string): Promise<Client> {
    const client = new Client({
      url: `ldaps://${await this.address()}:636`,
      tlsOptions: { ca: this.caPem, servername: 'ldap' },
      connectTimeout: 10_000,
      timeout: 20_000,
    });
    await client.bind(dn, password);
    return client;
  }

  /** What a bind with a password answers: "" for success. */
  public async login(dn: string, password: string): Promise<string> {
    try {
      const client = await this.bound(dn, password);
      await client.unbind();
      return '';
    } catch (error) {
      return String(error);
    }
  }

  public async search(account: { dn: string; password: string }, base: string, options: SearchOptions) {
    const client = await this.bound(account.dn, account.password);
    try {
      return (await client.search(base, options)).searchEntries;
    } finally {
      await client.unbind();
    }
  }
}

function attributesOf(record: string): Attributes {
  const attributes: Record<string, string[]> = {};
  for (const line of record.split('\n')) {
    const [, name, colons, text = ''] = /^([^:]+)(::?) ?(.*)$/.exec(line) ?? [];
    if (name === undefined || name === 'dn') continue;
    (attributes[name] ??= []).push(colons === '::' ? Buffer.from(text, 'base64').toString() : text);
  }
  return attributes;
}
