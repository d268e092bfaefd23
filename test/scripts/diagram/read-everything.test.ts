import type { DiagramNode, DiagramRow } from '../../../scripts/diagram/diagram';
import { readDiagram } from '../../../scripts/diagram/read-diagram';
import { everything, HIDDEN } from './everything';
import { edges, find, titlesOf } from './questions';

const whole = everything();

describe('everything that can be declared', () => {
  const diagram = readDiagram(whole);
  const text = JSON.stringify(diagram);
  const node = (title: string, kind: DiagramNode['kind'] = 'service'): DiagramNode => find(diagram, title, kind);
  const row = (title: string, text: string, kind?: DiagramNode['kind']): DiagramRow | undefined =>
    node(title, kind).rows.find((each) => each.text === text);

  test.each(HIDDEN)('%s is not in it', (hidden) => {
    expect(text).not.toContain(hidden);
  });

  test('directories are in order, with their types', () => {
    expect(
      node('git')
        .rows.filter(({ kind }) => kind === 'directory')
        .map(({ text, note }) => [text, note]),
    ).toEqual([
      ['directory 1: Staff "all" <x> & y', 'Microsoft Active Directory'],
      ['directory 2: ldap', 'OpenLDAP'],
      ['directory 3: Near', 'OpenLDAP'],
      ['directory 4: Head office', 'OpenLDAP'],
    ]);
  });

  test('a directory leads to the server of its name where the networks know one, and else out', () => {
    expect(edges(diagram)).toEqual(
      expect.arrayContaining([
        'git -directory 1-> ad.example.com: ldaps',
        'git -directory 2-> ldap: ldap with StartTLS',
        'git -directory 3-> near: ldaps',
        'git -directory 4-> far: ldaps',
        'bitbucket -directory 1-> ldap: ldaps://ldap.example.com:1636',
        'direct -directory 1-> ad.example.com: ldap with StartTLS',
      ]),
    );
    expect(node('ad.example.com', 'elsewhere').rows.map(({ port }) => port?.inside)).toEqual([636, 389]);
  });

  test('replicas say how and from where they copy', () => {
    expect(row('near', 'copies changes at once')?.note).toBe('passes logins on');
    expect(row('far', 'copies every 15 min')?.note).toBe('with passwords');
    expect(edges(diagram)).toEqual(
      expect.arrayContaining([
        'near -copies-> ldap: ldaps://ldap.example.com:1636',
        'far -copies-> ldap.elsewhere.example: ldaps',
      ]),
    );
  });

  test('a proxy of several hosts has a line for each port and for each rule', () => {
    expect(node('proxy').rows.map(({ text, note }) => `${text}${note === '' ? '' : ` (${note})`}`)).toEqual([
      'http://wiki.example.com, redirects to https for git.example.com',
      'https://git.example.com, https://other.example.com',
      'ProxyPass git.example.com/git/',
      'ProxyPass git.example.com/bitbucket/',
      'ProxyPass other.example.com/ (over TLS)',
      'ProxyPass wiki.example.com/',
    ]);
    expect(edges(diagram)).toEqual(
      expect.arrayContaining([
        'proxy -ProxyPass git.example.com/git/-> git: HTTP from the proxy',
        'proxy -ProxyPass git.example.com/bitbucket/-> bitbucket: HTTP from the proxy',
        'proxy -ProxyPass other.example.com/-> backend.example.com: https',
        'proxy -ProxyPass wiki.example.com/-> wiki: TCP',
        'ca -certificate-> proxy: https://git.example.com, https://other.example.com',
        'own -certificate-> proxy: https://git.example.com, https://other.example.com',
      ]),
    );
  });

  test('port 7990 beside the proxy, TLS of its own, and a proxy elsewhere', () => {
    expect(row('git', 'redirects to https://git.example.com/git')?.port).toEqual({ inside: 7991, outside: ['7990'] });
    expect(row('direct', 'https://direct.example.com:7443')?.port).toEqual({ inside: 7990, outside: ['7443'] });
    expect(row('stash', 'HTTP from the proxy')?.port).toEqual({ inside: 7990, outside: ['10.1.2.3:7991'] });
    expect(node('proxy elsewhere', 'elsewhere').subtitle).toBe('comes from 10.1.2.0/24');
    expect(edges(diagram)).toEqual(
      expect.arrayContaining([
        'git, browsers --> proxy elsewhere',
        'proxy elsewhere -http 10.1.2.3:7991-> stash: HTTP from the proxy',
        'bought -certificate-> direct: https://direct.example.com:7443',
      ]),
    );
  });

  test('databases: one in the environment, one elsewhere, and what sets Bitbucket up', () => {
    expect(edges(diagram)).toEqual(
      expect.arrayContaining([
        'bitbucket -database-> database',
        'stash -database-> one:5432,two:5432: postgresql',
        'bitbucket-provisioner -sets up-> bitbucket: HTTP from the proxy',
      ]),
    );
    expect(row('bitbucket', 'database bitbucket')?.note).toBe('PostgreSQL');
    expect(titlesOf(diagram, 'job')).toEqual(['bitbucket-provisioner']);
  });

  test('certificates say where they are from', () => {
    expect(node('ca', 'authority').subtitle).toBe('certificate authority, with an intermediate');
    expect(row('ca', 'spare', 'authority')?.note).toBe('for spare.example.com, 192.0.2.1');
    expect(['own', 'bought', 'brought'].map((title) => node(title, 'certificate').subtitle)).toEqual([
      'self-signed certificate',
      'self-signed, until its request is answered',
      'certificate from variables',
    ]);
  });

  test('networks and volumes that exist already say so', () => {
    expect(diagram.networks.map(({ name, notes }) => [name, ...notes].join(' '))).toEqual([
      'front',
      'directory internal',
      'published leads in only',
      'outside',
      'front exists already',
      'directory internal',
    ]);
    expect(row('wiki', 'wiki-data')?.note).toBe('exists already');
    expect(text).not.toContain('corporate');
  });

  test('engines are told apart by where they are declared', () => {
    expect(diagram.groups.filter(({ kind }) => kind === 'engine').map(({ title, note }) => [title, note])).toEqual([
      ['Docker engine main', 'ports are published on 127.0.0.1'],
      ['Docker engine other', 'ports are published on 0.0.0.0'],
    ]);
  });

  test('a part of the tree is drawn alone', () => {
    const part = readDiagram(whole.node.findChild('other'));
    expect(part.title).toBe('other');
    expect(titlesOf(part, 'service').sort()).toEqual(['direct', 'ldap', 'stash']);
  });
});
