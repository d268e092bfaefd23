import { databaseSize } from '../../constructs/ldap/database-size';

const MEBIBYTE = 1024 * 1024;

test('there is room for what was seeded, and for more', () => {
  expect(databaseSize('here', undefined, 1000)).toBe(1024);
  expect(databaseSize('here', undefined, 23 * MEBIBYTE)).toBe(1024);
  expect(databaseSize('here', undefined, 100 * MEBIBYTE)).toBe(1600);
  expect(databaseSize('here', 16, 4 * MEBIBYTE)).toBe(16);
});

test('less than a new database needs is refused', () => {
  expect(() => databaseSize('here', 91, 23 * MEBIBYTE)).toThrow(
    'here: maxSize 91 for a seed of 23.0 MiB; write 92 or more, or leave it out',
  );
});
