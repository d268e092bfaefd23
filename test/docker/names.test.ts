import { checkedName } from '../../constructs/docker/names';

describe('checkedName', () => {
  test.each(['a', '1', 'git', 'a-1', 'a--b', 'a'.repeat(63)])('takes %j', (name) => {
    expect(checkedName('here', name)).toBe(name);
  });

  test.each(['', '-a', 'a-', 'A', 'a_b', 'a.b', 'a b', 'a/b', 'a\n', 'ä', '${x}', '"'])('refuses %j', (name) => {
    expect(() => checkedName('here', name)).toThrow(/^here: the name .*; write lower-case letters, digits and hyphens/);
  });

  test('refuses a name that is too long for DNS, and says how to shorten it', () => {
    expect(() => checkedName('here', 'a'.repeat(64))).toThrow(
      /of 64 characters; make it 63 or fewer by a shorter environment name or construct id$/,
    );
  });
});
