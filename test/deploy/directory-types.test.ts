import { PROOFS, type Proof, type ServerName } from '../directories/proofs';
import { EVERYBODY, type PersonName } from '../directories/people';
import type { Outcome } from '../../scripts/verify/quick-test/quick-test';
import { DirectoryBench } from './support/directory-bench';

const isFull = process.env['TEST_SCALE'] === 'full';

/** What one deployment holds: all connections to one server, or the few of the smoke run together. */
const groups: readonly { title: string; proofs: readonly Proof[] }[] = isFull
  ? [...new Set(PROOFS.map(({ server }) => server))].map((server: ServerName) => ({
      title: server,
      proofs: PROOFS.filter((proof) => proof.server === server),
    }))
  : [{ title: 'the smoke run', proofs: PROOFS.filter(({ isSmoke }) => isSmoke) }];

describe.each(groups)('$title', ({ proofs }) => {
  const bench = new DirectoryBench(proofs);
  const { client } = bench;
  afterAll(() => bench.remove());

  test('deploy', () => bench.deploy());

  describe.each(proofs)('$title', (proof) => {
    const { id, readers = [], shutOut = [], hasSsh = false } = proof;
    const readsHello: readonly PersonName[] = ['writer', 'reader', ...readers];
    const git = (user: PersonName, ...args: readonly string[]): Promise<string> =>
      client.git(user, '-c', `user.name=${user}`, '-c', `user.email=${user}@example.com`, ...args);
    const push = (user: PersonName, clone: string): Promise<string> =>
      git(user, '-C', clone, '-c', 'http.version=HTTP/1.1', 'push');

    test('the writer clones and pushes', async () => {
      const clone = `${id}-writer`;
      await git('writer', 'clone', bench.cloneUrl(id), clone);
      await git('writer', '-C', clone, 'commit', '--allow-empty', '-m', 'by the writer');
      await push('writer', clone);
      expect(await git('writer', 'ls-remote', bench.cloneUrl(id), 'refs/heads/main')).toContain(
        (await git('writer', '-C', clone, 'rev-parse', 'HEAD')).trim(),
      );
    });

    test('the reader clones, and may not push', async () => {
      const clone = `${id}-reader`;
      await git('reader', 'clone', bench.cloneUrl(id), clone);
      await git('reader', '-C', clone, 'commit', '--allow-empty', '-m', 'by the reader');
      await expect(push('reader', clone)).rejects.toThrow(/403/);
    });

    test('the administrator alone gets at the private repository', async () => {
      const [admin, ...others] = await Promise.all(
        (['admin', 'writer', 'reader'] as const).map((user) =>
          bench.status(id, user, 'demo/private', 'git-receive-pack'),
        ),
      );
      expect([admin, ...others]).toEqual([200, 403, 403]);
    });

    test('everybody else gets as far as the groups say', async () => {
      const seen = await Promise.all(EVERYBODY.map(async (user) => [user, await bench.status(id, user)]));
      expect(seen).toEqual(EVERYBODY.map((user) => [user, readsHello.includes(user) ? 200 : 403]));
    });

    if (hasSsh) {
      test('the keys of the directory open the same over SSH', async () => {
        for (const user of EVERYBODY) {
          const { status } = await bench.ssh.lsRemote(user, bench.sshCloneUrl);
          expect([user, status === 0]).toEqual([user, readsHello.includes(user)]);
        }
      });
    }

    test('the Quick Test finds what the type says, and what the account may not see', async () => {
      const failed = (lines: readonly Outcome[]): string[] =>
        lines.filter(({ passed }) => !passed).map(({ text }) => text);
      const lines = await bench.quickTest(proof);
      expect(lines.length).toBeGreaterThan(6);
      if (proof.server !== 'sambaAd') {
        expect(failed(lines)).toEqual([]);
        return;
      }
      expect(failed(lines)).toEqual([expect.stringMatching(/cannot read CN=Deleted Objects,.*\(CWD-3093\)/)]);
      expect(failed(await bench.quickTest(proof, true))).toEqual([]);
    });

    test('whoever is shut out, and whoever has a wrong password, gets nowhere', async () => {
      for (const user of shutOut) expect([user, await bench.status(id, user)]).toEqual([user, 401]);
      for (const user of ['reader', 'nobody']) {
        const { status } = await client.curl(bench.infoRefs(id), { user, password: 'wrong' });
        expect([user, status]).toEqual([user, 401]);
      }
    });
  });

  test('a Git server that trusts another authority lets nobody in, and its log says why', async () => {
    for (const user of ['writer', 'admin'] as const) expect(await bench.status('stranger', user)).toBe(503);
    expect(await bench.stack.logs('stranger')).toMatch(/PKIX path|unable to find valid certification path/);
  });
});
