import { factOf, isOfFamily } from '../../scripts/stack/engine-facts';

const owner = { 'cdktf-git-topology.environment': 'pr-42-https-proxy' };

test('a container: what it publishes also where it does not run, and what its health says', () => {
  const inspected = {
    Id: 'c1',
    Name: '/pr-42-https-proxy-proxy',
    Created: '2026-11-25T12:00:00Z',
    Config: { Labels: owner },
    State: { Status: 'running', ExitCode: 0, Health: { Status: 'healthy' } },
    HostConfig: { PortBindings: { '443/tcp': [{ HostPort: '10443' }], '80/tcp': [{ HostPort: '' }], '9/tcp': null } },
  };
  expect(factOf('container', inspected)).toEqual({
    kind: 'container',
    id: 'c1',
    name: 'pr-42-https-proxy-proxy',
    owner: 'pr-42-https-proxy',
    created: new Date('2026-11-25T12:00:00Z'),
    subnets: [],
    ports: [10443],
    container: { status: 'running', exitCode: 0, health: 'healthy', runsOnce: false },
  });
  const stopped = { ...inspected, State: { ...inspected.State, Status: 'exited', ExitCode: 137 } };
  expect(factOf('container', stopped)).toMatchObject({
    ports: [10443],
    container: { status: 'exited', exitCode: 137, health: undefined },
  });
});

test('a loader runs once', () => {
  const labels = { ...owner, 'cdktf-git-topology.runs': 'once' };
  const state = { Status: 'exited', ExitCode: 0 };
  const fact = factOf('container', { Name: '/x', Config: { Labels: labels }, State: state });
  expect(fact.container?.runsOnce).toBe(true);
});

test('networks and volumes, also those of nobody here', () => {
  const network = {
    Id: 'n1',
    Name: 'bridge',
    Labels: {},
    IPAM: { Config: [{ Subnet: '172.17.0.0/16' }, { Subnet: 'fd00::/64' }] },
  };
  expect(factOf('network', network)).toMatchObject({ id: 'n1', owner: undefined, subnets: ['172.17.0.0/16'] });
  expect(factOf('network', { Id: 'n2', Name: 'host', IPAM: { Config: null } })).toMatchObject({ subnets: [] });
  const volume = { Name: 'v', Labels: owner, CreatedAt: '2026-11-25T12:00:00Z' };
  expect(factOf('volume', volume)).toMatchObject({ id: 'v', owner: 'pr-42-https-proxy', ports: [] });
  expect(factOf('volume', { Name: 'v', Labels: null }).owner).toBeUndefined();
});

test('an environment and those whose name goes on behind a hyphen are a family', () => {
  expect(isOfFamily('pr-4-https-proxy', 'pr-4')).toBe(true);
  expect(isOfFamily('pr-42-https-proxy', 'pr-4')).toBe(false);
  expect(isOfFamily(undefined, 'pr-4')).toBe(false);
});
