import { GIT_PORT } from '../../constructs/git/connector';
import { basic, get } from './http-client';
import { expectEqual, type Check, type Subject } from './check';

/** What answers at the base URL: its certificate, and what it shows to whom. */
export function httpChecks(subject: Subject): Check[] {
  const { base_url: base, users } = subject.outputs;
  return [
    statusCheck(subject),
    {
      title: 'anonymous is asked to log in',
      run: async () => expectEqual('the status', (await get(subject, `${base}/`)).status, 401),
    },
    {
      title: 'reader sees the list of repositories',
      run: async () => {
        const { status, body } = await get(subject, `${base}/`, basic('reader', users['reader'] ?? ''));
        expectEqual('the status', status, 200);
        expectEqual('demo/hello in the page', body.includes('demo/hello'), true);
        expectEqual('demo/private in the page', body.includes('demo/private'), false);
        const elsewhere = new RegExp(`https?://[^"<]*:${GIT_PORT}`, 'g');
        const urls = (body.match(elsewhere) ?? []).filter((url) => !url.startsWith(base));
        expectEqual(`URLs with port ${GIT_PORT}`, urls.join(', '), '');
      },
    },
  ];
}

/** Any server that is ready, with the certificate of its URL. */
export function statusCheck(subject: Subject): Check {
  const { base_url: base } = subject.outputs;
  return {
    title: `${base}/status answers RUNNING${base.startsWith('https:') ? ', with a certificate of the CA for that name' : ''}`,
    run: async () => {
      const { status, body } = await get(subject, `${base}/status`);
      expectEqual('the status', status, 200);
      expectEqual('the state', (JSON.parse(body) as { state: unknown }).state, 'RUNNING');
    },
  };
}
