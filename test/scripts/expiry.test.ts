import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyTtl, forgetExpiry, readExpiry, readTtl } from '../../scripts/stack/expiry';
import { stateFolder } from '../../stacks/settings';

const HOUR = 3_600_000;
const now = new Date('2026-11-25T12:00:00Z');

describe('TTL', () => {
  test.each([
    ['30m', HOUR / 2],
    ['4h', 4 * HOUR],
    ['2d', 48 * HOUR],
    ['365d', 365 * 24 * HOUR],
  ])('%s', (TTL, milliseconds) => {
    expect(readTtl({ TTL })).toEqual({ kind: 'for', milliseconds });
  });

  test('none, and not set', () => {
    expect(readTtl({ TTL: 'none' })).toEqual({ kind: 'none' });
    expect(readTtl({})).toEqual({ kind: 'keep' });
  });

  test.each(['', '4', 'h', '0h', '-1h', '1.5h', '4 h', ' 4h', '4H', '5s', '1w', '366d', '9999999m', 'None', '4h30m'])(
    '%p is refused',
    (TTL) => {
      expect(() => readTtl({ TTL })).toThrow(/^TTL: ".*"; write minutes, hours or days up to 365d, such as "30m"/);
    },
  );
});

describe('the expiry of an environment', () => {
  const name = `expiry-test-${process.pid}`;
  const file = join(stateFolder(name), 'expiry.json');
  afterAll(() => rmSync(stateFolder(name), { recursive: true, force: true }));

  test('is set, kept, moved and removed by the TTL of deploys', () => {
    expect(applyTtl(name, { kind: 'keep' }, now)).toBeUndefined();
    expect(existsSync(file)).toBe(false);
    expect(applyTtl(name, readTtl({ TTL: '4h' }), now)).toEqual(new Date('2026-11-25T16:00:00Z'));
    expect(applyTtl(name, { kind: 'keep' }, new Date('2026-11-25T13:00:00Z'))).toEqual(
      new Date('2026-11-25T16:00:00Z'),
    );
    expect(applyTtl(name, readTtl({ TTL: '30m' }), now)).toEqual(new Date('2026-11-25T12:30:00Z'));
    expect(readExpiry(name)).toEqual(new Date('2026-11-25T12:30:00Z'));
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    expect(applyTtl(name, { kind: 'none' }, now)).toBeUndefined();
    expect(existsSync(file)).toBe(false);
    forgetExpiry(name);
  });

  test('of another checkout is read from there', () => {
    const checkout = mkdtempSync(join(tmpdir(), 'checkout-'));
    expect(readExpiry(name, checkout)).toBeUndefined();
    rmSync(checkout, { recursive: true });
  });

  test('that is no time stops, rather than never to come', () => {
    applyTtl(name, readTtl({ TTL: '4h' }), now);
    writeFileSync(file, readFileSync(file, 'utf8').replace('2026', 'soon'));
    expect(() => readExpiry(name)).toThrow(/expiry.json: no time; remove the file/);
  });
});
