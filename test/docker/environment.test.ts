import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { TerraformStack } from 'cdktf';
import { ServiceVolume } from '../../constructs/docker/service-volume';
import { Environment } from '../../constructs/environment';
import { Synthesised, synth, testEnvironment, testStack } from '../support/synth';

describe('Environment', () => {
  const stack = synth(() => undefined);

  test('has two networks, and the one for directories leads nowhere', () => {
    expect(stack.one('docker_network', 'env/front')).toMatchObject({
      name: 't1-front',
      driver: 'bridge',
      internal: false,
      ipam_config: [{ subnet: '172.30.0.0/28', gateway: '172.30.0.1', ip_range: '172.30.0.8/29' }],
      labels: [{ label: 'cdktf-git-topology.environment', value: 't1' }],
    });
    expect(stack.one('docker_network', 'env/directory')).toMatchObject({
      name: 't1-directory',
      internal: true,
      ipam_config: [{ subnet: '172.30.0.16/28', gateway: '172.30.0.17', ip_range: '172.30.0.24/29' }],
    });
  });

  test('takes pool and slot of its networks', () => {
    const other = synth(() => undefined, { subnetPool: '10.9.0.0/16', subnetSlot: 3 });
    expect(other.one('docker_network', 'env/front')).toMatchObject({ ipam_config: [{ subnet: '10.9.0.96/28' }] });
    expect(other.one('docker_network', 'env/directory')).toMatchObject({ ipam_config: [{ subnet: '10.9.0.112/28' }] });
  });

  test('asks for a Docker provider without the faults of 3.x, and brings each provider once', () => {
    const json = JSON.parse(stack.text) as {
      terraform: { required_providers: Record<string, { version: string }> };
      provider: Record<string, unknown[]>;
    };
    expect(json.terraform.required_providers['docker']?.version).toBe('>= 4.1.0, < 5.0.0');
    expect(Object.keys(json.provider).sort()).toEqual(['docker', 'random', 'tls']);
    const own = testStack();
    new DockerProvider(own, 'mine', { host: 'ssh://there' });
    new Environment(own, 'env', { name: 't1' });
    const docker = (JSON.parse(new Synthesised(own).text) as typeof json).provider['docker'];
    expect(docker).toEqual([{ host: 'ssh://there' }]);
  });

  test('names and labels what is made in it', () => {
    const made = synth((environment) => new ServiceVolume(environment, 'data', 'git-data')).one(
      'docker_volume',
      'env/data',
    );
    expect(made).toMatchObject({
      name: 't1-git-data',
      labels: [{ label: 'cdktf-git-topology.environment', value: 't1' }],
    });
  });

  test('a third network, from the end of the pool, for replicas alone and when they ask', () => {
    const environment = testEnvironment({ subnetPool: '10.0.0.0/24', subnetSlot: 4 });
    expect(environment.outside).toBe(environment.outside);
    expect(environment.outside.subnet.cidr).toBe('10.0.0.176/28');
    const last = testEnvironment({ subnetPool: '10.0.0.0/24', subnetSlot: 5 });
    expect(() => last.outside).toThrow(
      'test/env: subnetSlot 5 with a replica, which needs a third network; write a lower',
    );
  });

  test('a network from the middle of the pool for published directories, which leads in and not out', () => {
    const environment = testEnvironment({ subnetPool: '10.0.0.0/24', subnetSlot: 3 });
    expect(environment.published).toBe(environment.published);
    expect(environment.published.subnet.cidr).toBe('10.0.0.176/28');
    const { options, internal } = new Synthesised(TerraformStack.of(environment)).one(
      'docker_network',
      'env/published',
    );
    expect(options).toEqual({ 'com.docker.network.bridge.enable_ip_masquerade': 'false' });
    expect(internal).toBe(false);
    const last = testEnvironment({ subnetPool: '10.0.0.0/24', subnetSlot: 4 });
    expect(() => last.published).toThrow(
      'test/env: subnetSlot 4 with publishLdap, which needs a third network; write a lower',
    );
  });

  test('the networks that every environment has are as they were', () => {
    const networks = new Synthesised(TerraformStack.of(testEnvironment())).all('docker_network');
    for (const network of Object.values(networks)) expect(network['options']).toBeUndefined();
    expect(Object.keys(networks)).toEqual(['env/front', 'env/directory']);
  });

  test('is found by what is in it, and missed by what is not', () => {
    const environment = testEnvironment();
    expect(Environment.of(environment.front)).toBe(environment);
    expect(() => Environment.of(TerraformStack.of(environment))).toThrow(
      /^test: a construct outside an Environment; make it with an Environment/,
    );
  });

  test('hands out a port of its bind address once', () => {
    const environment = testEnvironment({ bindAddress: '::1' });
    expect(environment.bindAddress).toBe('::1');
    expect(environment.claimPort(443, environment.front)).toBe(443);
    expect(() => environment.claimPort(443, environment.directory)).toThrow(
      'test/env/directory: port 443 of ::1, which test/env/front publishes already; choose another port for one of them',
    );
    expect(() => environment.claimPort(0, environment.front)).toThrow(/port 0/);
    expect(environment.claimPort(443, environment.directory, '127.0.0.1')).toBe(443);
    expect(() => environment.claimPort(443, environment.directory, '0.0.0.0')).toThrow(/port 443 of 0\.0\.0\.0, which/);
  });

  test.each(['', 'A', 'a_b', '-a', 'a/b', 'a'.repeat(64)])('refuses the name %j', (name) => {
    expect(() => testEnvironment({ name })).toThrow(/^test\/env: the name/);
  });

  test.each(['', 'localhost', '300.1.1.1', '127.0.0.1:80', '0'])('refuses the bind address %j', (bindAddress) => {
    expect(() => testEnvironment({ bindAddress })).toThrow(
      /^test\/env: the bind address .*; write an IP address of this host/,
    );
  });

  test.each([-1, 2048])('refuses slot %d', (subnetSlot) => {
    expect(() => testEnvironment({ subnetSlot })).toThrow(/^test\/env: subnet number/);
  });
});
