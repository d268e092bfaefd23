import { curl } from '../support/curl';
import type { Stack } from '../support/stack';

/** Every URL that the server makes starts with the base URL; nothing tells of what is behind the proxy. */
export function urls(stack: Stack): void {
  const base = (): string => stack.outputs.base_url;

  test('the outputs agree with each other', () => {
    const { proxy_name, proxy_port, clone_url } = stack.outputs;
    const { hostname, port, protocol } = new URL(base());
    if (proxy_name === null) expect(proxy_port).toBeNull();
    else expect([proxy_name, proxy_port]).toEqual([hostname, Number(port) || (protocol === 'https:' ? 443 : 80)]);
    expect(clone_url).toBe(`${base()}/scm/<repository>.git`);
  });

  test.each(['/', '/browse/demo/hello.git/', '/browse/demo/hello.git', '/browse/demo/hello.git/tree/README.md'])(
    '%s names the base URL alone',
    async (path) => {
      const { headers, body } = await curl(stack, `${base()}${path}`, { user: 'reader' });
      const text = `${Object.entries(headers).flat().join(' ')} ${body}`;
      // cgit's footer links to cgit and git themselves.
      const absolute = [...text.matchAll(/https?:\/\/(?!git\.zx2c4\.com|git-scm\.com|www\.w3\.org)[^\s'"<>]+/g)].map(
        ([url]) => url,
      );
      for (const url of absolute) expect(url.startsWith(base())).toBe(true);
    },
  );

  test('the page of a repository shows the URL that clones it', async () => {
    const { body } = await curl(stack, `${base()}/browse/demo/hello.git/`, { user: 'reader' });
    expect(body).toContain(stack.cloneUrl('demo/hello'));
  });

  test('a redirect that Tomcat makes leads to the base URL', async () => {
    const { status, headers } = await curl(stack, `${base()}/browse/demo/hello.git`, { user: 'reader' });
    if (status >= 300 && status < 400) {
      expect(new URL(headers['location'] ?? '', `${base()}/`).href).toBe(`${base()}/browse/demo/hello.git/`);
    } else expect([200, 403]).toContain(status);
  });
}
