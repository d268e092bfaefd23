import { PublicUrl } from '../../constructs/proxy/public-url';
import { fakeProxyPass } from '../support/fakes';

const root = PublicUrl.https('git.localhost');

describe('ProxyPass', () => {
  test('path and backend URL are the same below the origin, with a slash at the end', () => {
    expect(fakeProxyPass(root)).toMatchObject({ path: '/', backendUrl: 'http://git:7990/' });
    expect(fakeProxyPass(PublicUrl.https('git.localhost', { contextPath: '/a/git' }))).toMatchObject({
      path: '/a/git/',
      backendUrl: 'http://git:7990/a/git/',
      backendOrigin: 'http://git:7990',
    });
  });

  test('waits 5 s for a connection and 300 s for an answer, if nothing else is said', () => {
    expect(fakeProxyPass(root)).toMatchObject({ connectionTimeout: 5, timeout: 300 });
    expect(fakeProxyPass(root, { connectionTimeout: 7, timeout: 600 })).toMatchObject({
      connectionTimeout: 7,
      timeout: 600,
    });
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses %d seconds', (seconds) => {
    expect(() => fakeProxyPass(root, { timeout: seconds })).toThrow(
      /^test\/env\/git: the ProxyPass timeout .*; write a whole number of seconds from 1$/,
    );
    expect(() => fakeProxyPass(root, { connectionTimeout: seconds })).toThrow(/the ProxyPass connectionTimeout/);
  });

  test.each([
    'git:7990',
    'http://git',
    'https://git:7990',
    'http://git:7990/',
    'http://git:7990" x',
    'http://git:70000',
    'http://g it:1',
    'ajp://git:8009',
    'http://${x}:1',
  ])('refuses the backend %j', (backendOrigin) => {
    expect(() => fakeProxyPass(root, { backendOrigin })).toThrow(/^test\/env\/git: /);
  });
});
