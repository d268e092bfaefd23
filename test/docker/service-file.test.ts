import { Fn } from 'cdktf';
import { ServiceFile } from '../../constructs/docker/service-file';
import { literal, literalOrToken } from '../../constructs/docker/template';

const AWKWARD = 'a&"<\'${x}%{y}\\\n%%{z}$${w}';

describe('ServiceFile', () => {
  test('text arrives as itself: what Terraform would read is escaped', () => {
    const file = ServiceFile.text('httpd.conf', AWKWARD);
    expect(file).toMatchObject({ path: 'httpd.conf', mode: '0644' });
    expect(file.content).toBe('a&"<\'$${x}%%{y}\\\n%%%{z}$$${w}');
  });

  test('empty text becomes an empty line, because the provider takes no empty file', () => {
    expect(ServiceFile.text('empty', '').content).toBe('\n');
  });

  test('a secret is for the service alone, escaped where it is text and left alone where it is a reference', () => {
    expect(ServiceFile.secret('password', '${x}')).toMatchObject({ content: '$${x}', mode: '0600' });
    const token = Fn.join('', ['a', 'b']);
    expect(ServiceFile.secret('password', token).content).toBe(token);
  });

  test('refuses an empty secret', () => {
    expect(() => ServiceFile.secret('password', '')).toThrow(/^service file "password": an empty secret/);
  });

  test('a reference is given to Terraform as it is', () => {
    expect(ServiceFile.reference('ca.pem', '${tls.x}')).toMatchObject({
      content: '${tls.x}',
      mode: '0644',
    });
  });

  test.each(['a', 'a/b/c.pem', 'tls/git.localhost_443/key.pem', '.hidden', 'a-b@c+d'])('takes the path %j', (path) => {
    expect(ServiceFile.text(path, 'x').path).toBe(path);
  });

  test.each(['', '/etc/passwd', '../x', 'a/../b', './a', 'a/', 'a//b', 'a b', 'a\n', 'a;b', '${x}', 'a"b', '..'])(
    'refuses the path %j',
    (path) => {
      const refused = /a path outside the folder of the service/;
      expect(() => ServiceFile.text(path, 'x')).toThrow(refused);
      expect(() => ServiceFile.secret(path, 'x')).toThrow(refused);
      expect(() => ServiceFile.reference(path, 'x')).toThrow(refused);
    },
  );
});

test('literalOrToken escapes text, and leaves references', () => {
  expect(literal(AWKWARD)).toBe(literalOrToken(AWKWARD));
  const token = Fn.join('', ['a']);
  expect(literalOrToken(token)).toBe(token);
});
