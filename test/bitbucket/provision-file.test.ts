import { renderProvisionFile, type ProvisionFileProps } from '../../constructs/bitbucket/provision-file';
import { PublicUrl } from '../../constructs/proxy/public-url';

function rendered(changed: Partial<ProvisionFileProps>): unknown {
  const props: ProvisionFileProps = {
    server: 'https://git:7990',
    url: PublicUrl.https('git.example.com'),
    isTls: false,
    hasBasicAuthentication: true,
    administrator: 'setup',
    directories: [],
    permissions: undefined,
    ...changed,
  };
  return JSON.parse(renderProvisionFile(props));
}

test('isTls: the server proves itself with a certificate for the host of the URL', () => {
  expect(rendered({ isTls: true })).toMatchObject({ tls: { caFile: 'ca.pem', name: 'git.example.com' } });
  expect(rendered({ isTls: false })).not.toHaveProperty('tls');
});

test.each([
  [true, 'basic'],
  [false, 'session'],
])('hasBasicAuthentication %s: the login is %s', (hasBasicAuthentication, login) => {
  expect(rendered({ hasBasicAuthentication })).toMatchObject({ login });
});
