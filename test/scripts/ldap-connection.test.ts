import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { LdapConnection } from '../../scripts/verify/quick-test/ldap-connection';
import { QuickTest } from '../../scripts/verify/quick-test/quick-test';
import { tunnelBy } from '../../scripts/verify/quick-test/tunnel';
import type { DirectoryOutput } from '../../stacks/directory-outputs';
import { dnDirectory } from '../support/fake-directory';
import { TestCertificate } from '../support/test-certificates';

const root = TestCertificate.root();
const other = TestCertificate.root({ subject: '/CN=Another root' });
const certificate = root.issue({ names: 'DNS:localhost' });

/** LDAPMessage with a BindResponse, or an ExtendedResponse, of a result code and a diagnostic message. */
function answer(messageId: number, tag: number, code: number, said = ''): Buffer {
  const message = Buffer.from(said);
  const body = Buffer.concat([Buffer.from([0x0a, 1, code, 0x04, 0, 0x04, message.length]), message]);
  const operation = Buffer.concat([Buffer.from([tag, body.length]), body]);
  const content = Buffer.concat([Buffer.from([0x02, 1, messageId]), operation]);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}

/** Refuses every login, with a message of all bytes that a telnet client would change. */
function refuseLogins(socket: Socket): void {
  socket.on('data', (data: Buffer) => socket.write(answer(data[4] ?? 0, 0x61, 49, 'data 775, v1db1\r\n')));
  socket.on('error', () => undefined);
}

describe('a connection through the tunnel', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
  });

  const listen = async (server: Server): Promise<number> => {
    servers.push(server.on('connection', (socket) => sockets.push(socket)).listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const ldaps = ({ certificatePem, keyPem }: TestCertificate): Promise<number> =>
    listen(createTlsServer({ cert: certificatePem, key: keyPem }, refuseLogins));
  const startTls = ({ certificatePem, keyPem }: TestCertificate, code = 0): Promise<number> =>
    listen(
      createServer((socket) => {
        socket.on('error', () => undefined).resume();
        socket.once('data', (data: Buffer) => {
          socket.write(answer(data[4] ?? 0, 0x78, code, 'TLS or not'));
          if (code !== 0) return;
          refuseLogins(new TLSSocket(socket, { isServer: true, cert: certificatePem, key: keyPem }));
        });
      }),
    );
  /** The last line, which is a failure always: nobody is let in. */
  const last = async (settings: Parameters<typeof dnDirectory>[0]): Promise<string> => {
    const directory: DirectoryOutput = dnDirectory({ hostname: 'localhost', caPem: root.certificatePem, ...settings });
    const connection = new LdapConnection((...to) => tunnelBy(['env'], ...to), directory);
    const lines: string[] = [];
    for await (const { text } of new QuickTest(directory, connection, new Map()).run()) lines.push(text);
    return lines.slice(-2).join('\n');
  };

  test('speaks TLS and LDAP', async () => {
    const said = await last({ port: await ldaps(certificate) });
    expect(said).toMatch(
      /speaks TLS: TLSv1\.3, certificate for localhost, signed by "Test root", until \d{4}-\d\d-\d\d/,
    );
    expect(said).toContain('the account is refused: the account is locked (Active Directory: data 775)');
  });

  test('speaks StartTLS and LDAP', async () => {
    const said = await last({ port: await startTls(certificate), secure: 'startTls' });
    expect(said).toContain('speaks StartTLS: TLSv1.3, certificate for localhost');
    expect(said).toContain('the account is locked');
  });

  test.each(['ssl', 'startTls'] as const)('refuses a certificate of another authority (%s)', async (secure) => {
    const serve = secure === 'ssl' ? ldaps : startTls;
    const said = await last({ port: await serve(other.issue({ names: 'DNS:localhost' })), secure });
    expect(said).toContain(
      'the certificate for localhost is signed by "Another root", which leads to no authority in caPem (CN=Test root): UNABLE_TO_',
    );
  });

  test.each(['ssl', 'startTls'] as const)('refuses a certificate for another name (%s)', async (secure) => {
    const serve = secure === 'ssl' ? ldaps : startTls;
    const said = await last({ port: await serve(root.issue({ names: 'DNS:ldap.example.com' })), secure });
    expect(said).toContain('the certificate is for ldap.example.com, and not for localhost; name the server as its');
  });

  test('refuses a certificate that has expired, or is not valid yet', async () => {
    const expired = await ldaps(root.issue({ names: 'DNS:localhost', from: -9, until: -2 }));
    expect(await last({ port: expired })).toContain('has expired');
    const early = await ldaps(root.issue({ names: 'DNS:localhost', from: 2 }));
    expect(await last({ port: early })).toContain('is not valid before');
  });

  test('says where the other kind of TLS is spoken, or none', async () => {
    const plain = await listen(createServer((socket) => socket.resume().end('hello\r\n')));
    expect(await last({ port: plain })).toMatch(
      /no TLS on port \d+ .*is it the port for LDAPS, or does .* want "startTls"/,
    );
    const refusing = await startTls(certificate, 52);
    expect(await last({ port: refusing, secure: 'startTls' })).toContain('the server refuses StartTLS (TLS or not)');
  });

  test('says where nobody listens, and where there is no such host', async () => {
    const port = await listen(createServer());
    servers.pop()?.close();
    expect(await last({ port })).toContain(`localhost refuses connections on port ${port} (Connection refused)`);
    expect(await last({ hostname: 'nowhere.invalid' })).toContain('the Git server knows no host nowhere.invalid');
  });
});
