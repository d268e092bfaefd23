import { command } from '../support/command';
import { curl } from '../support/curl';
import type { Stack } from '../support/stack';

/** What the proxy offers on its TLS port, seen by the stock openssl and curl. */
export function tls(stack: Stack): void {
  const host = (): string => new URL(stack.outputs.base_url).hostname;
  const handshake = (...args: readonly string[]): Promise<{ status: number; output: string }> =>
    command('openssl', [
      's_client',
      '-connect',
      `127.0.0.1:${stack.port}`,
      '-CAfile',
      stack.caFile,
      '-verify_return_error',
      ...args,
    ]);

  test('chain and name verify with the CA', async () => {
    const { status, output } = await handshake('-servername', host(), '-verify_hostname', host());
    expect(output).toContain('Verify return code: 0 (ok)');
    expect(status).toBe(0);
  });

  test('without the CA nothing verifies', async () => {
    const { status } = await command('curl', ['--silent', '--max-time', '20', `${stack.outputs.base_url}/status`]);
    expect(status).toBe(60);
  });

  test.each(['-tls1', '-tls1_1'])('%s is refused', async (version) => {
    const { output } = await handshake('-servername', host(), version, '-cipher', 'ALL:@SECLEVEL=0');
    expect(output).not.toMatch(/New, TLSv1/);
    expect(output).toMatch(/alert|no protocols|unsupported/i);
  });

  test.each(['-tls1_2', '-tls1_3'])('%s is accepted', async (version) => {
    const { output } = await handshake('-servername', host(), version);
    expect(output).toContain('Verify return code: 0 (ok)');
  });

  test('another server name is refused', async () => {
    const reply = await command('curl', [
      '--silent',
      '--insecure',
      '--max-time',
      '20',
      '--output',
      '/dev/null',
      '--write-out',
      '%{http_code}',
      `https://other.localhost:${stack.port}/`,
    ]);
    expect(['000', '400', '403', '404', '421']).toContain(reply.output);
  });

  test('another Host is refused', async () => {
    const { status } = await curl(stack, `${stack.outputs.base_url}/status`, { headers: ['Host: evil.example'] });
    expect([400, 403, 404, 421]).toContain(status);
  });

  test('browsers are told to stay with HTTPS, for this name alone', async () => {
    const { headers } = await curl(stack, `${stack.outputs.base_url}/status`);
    expect(headers['strict-transport-security']).toBe('max-age=63072000');
  });
}

/** The proxy's port for plain HTTP. */
export function httpRedirect(stack: Stack): void {
  const host = (): string => new URL(stack.outputs.base_url).hostname;

  test('plain HTTP is redirected to the base URL', async () => {
    const port = stack.port - 443 + 80;
    const { status, headers } = await curl(stack, `http://${host()}:${port}/a?b=c`);
    expect([301, 308]).toContain(status);
    expect(headers['location']).toBe(`${stack.outputs.base_url}/a?b=c`);
  });

  test('plain HTTP for another Host is not redirected there', async () => {
    const port = stack.port - 443 + 80;
    const { headers } = await curl(stack, `http://${host()}:${port}/`, { headers: ['Host: evil.example'] });
    expect(headers['location'] ?? '').not.toContain('evil');
  });
}
