import { BitbucketBench } from './support/bitbucket-bench';
import { EVERYBODY, licence, type BitbucketSettings } from './support/bitbucket-topology';

/**
 * What the provisioner cannot do, and how it goes on when that is mended: with the stand-in as version 10, where every
 * login is a session. A certificate that does not verify stands for all tests of the connection; the others run at
 * full scale.
 */
const bench = new BitbucketBench('bitbucket-10');
const isFull = process.env['TEST_SCALE'] === 'full';
const VERSION_10 = { version: '10.1.0', licensedPeople: 2 } as const;
const everybody: BitbucketSettings = { ...VERSION_10, licensedGroup: EVERYBODY };
const CERTIFICATE = 'it does not trust the certificate, or that is for another host';

afterAll(() => bench.remove());

describe('a licence for fewer people than the group has', () => {
  test('is refused with what to do, and nobody gets in', async () => {
    expect(await bench.refusal(everybody)).toMatch(
      /group "git-everybody": LICENSED_USER was refused with 403 .*: name a smaller group, or get a larger licence/,
    );
    expect(await bench.said()).toContain('logged in as setup (session)');
    expect(await bench.directories()).toEqual(['people']);
    expect(await bench.permissions()).toEqual({});
    expect(await bench.status('reader')).toBe(401);
  });

  test('with a smaller group the next deploy completes', async () => {
    await bench.deploy({ ...VERSION_10, licensedGroup: 'git-admins' });
    expect(await bench.permissions()).toEqual({ 'git-admins': 'SYS_ADMIN' });
    expect([await bench.status('admin'), await bench.status('reader')]).toEqual([200, 401]);
  });

  test('and with a larger licence, which an administrator enters', async () => {
    const larger = { user: 'setup', method: 'POST', json: { license: licence(4) } };
    expect((await bench.ask('/rest/api/latest/admin/license', larger)).status).toBe(200);
    await bench.deploy(everybody);
    expect(await bench.permissions()).toEqual({ 'git-everybody': 'LICENSED_USER', 'git-admins': 'SYS_ADMIN' });
    expect([await bench.status('reader'), await bench.status('outsider')]).toEqual([200, 401]);
  });
});

test('version 10 takes no passwords in requests, and the same once more sends nothing but the login', async () => {
  const projects = `${bench.base}/rest/api/latest/projects`;
  expect((await bench.client.curl(projects, { user: 'setup' })).status).toBe(403);
  const sent = await bench.writes();
  expect(sent).not.toEqual([]);
  await bench.deploy(everybody);
  expect(await bench.said()).toContain('directory "people": unchanged');
  expect(await bench.writes()).toEqual(sent);
});

describe('a connection that does not work', () => {
  test('because of another authority: certificate and host are named, and with the right one all goes on', async () => {
    const refusal = await bench.refusal({ ...everybody, fault: 'authority' });
    expect(refusal).toContain('directory "people": the server tested the connection to ldap:636 and failed');
    expect(refusal).toMatch(new RegExp(`PKIX path building failed.*: ${CERTIFICATE}; give the CA that issued it`));
    // It is the server's whole trust that is another one now.
    expect(await bench.status('reader')).toBe(401);
    await bench.deploy(everybody);
    expect(await bench.directories()).toEqual(['people']);
    expect(await bench.status('reader')).toBe(200);
  });

  if (!isFull) return;

  test('because the certificate is for another host: likewise, and what was there stays', async () => {
    const refusal = await bench.refusal({ ...everybody, fault: 'host' });
    const host = bench.stack.container('ldap');
    expect(refusal).toContain(`the server tested the connection to ${host}:636 and failed`);
    expect(refusal).toMatch(new RegExp(`No subject alternative DNS name matching ${host} found.*: ${CERTIFICATE}`));
    expect(await bench.status('reader')).toBe(200);
    await bench.deploy(everybody);
    expect(await bench.said()).toContain('directory "people": unchanged');
    expect(await bench.status('reader')).toBe(200);
  });

  test('because of a wrong password: likewise', async () => {
    const refusal = await bench.refusal({ ...everybody, fault: 'password' });
    expect(refusal).toMatch(
      /error code 49.*: the bind was refused; correct the bind DN \(ldapUserdn\) or its password/,
    );
    expect(refusal).not.toContain('not the password of the service account');
    expect(await bench.status('reader')).toBe(200);
    await bench.deploy(everybody);
    expect(await bench.status('reader')).toBe(200);
  });

  test.each(['authority', 'host', 'password'] as const)(
    'of a new directory, because of the %s: it is not made, and the others stay',
    async (fault) => {
      const wanted = { ...everybody, directories: ['people', 'new'] };
      // Both have the fault, and the first is tested first.
      expect(await bench.refusal({ ...wanted, directories: ['new'], fault })).toMatch(
        /directory "new": the server tested/,
      );
      expect(await bench.directories()).toEqual(['people']);
      await bench.deploy(wanted);
      expect(await bench.directories()).toEqual(['people', 'new']);
      await bench.deploy(everybody);
      expect(await bench.directories()).toEqual(['people']);
    },
  );
});
