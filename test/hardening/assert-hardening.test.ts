import { Container, type ContainerConfig } from '@cdktf/provider-docker/lib/container';
import { DataDockerImage } from '@cdktf/provider-docker/lib/data-docker-image';
import { TerraformResource, TerraformStack, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { ServiceImage } from '../../constructs/docker/service-image';
import type { Environment } from '../../constructs/environment';
import type { HardeningCheckId } from '../../constructs/hardening/checks';
import { HardeningException } from '../../constructs/hardening/hardening-exception';
import { synth, Synthesised, testEnvironment, testStack } from '../support/synth';

const REASON = 'this one is a test, which nobody deploys';

/** A container of someone's own in an environment, as it should be. */
function own(environment: Construct & Pick<Environment, 'front'>, config: Partial<ContainerConfig> = {}): Container {
  return new Container(environment, 'own', {
    name: 'own',
    image: ServiceImage.named(environment, 'own-image', 'web:1').imageName,
    user: '10042:10042',
    readOnly: true,
    capabilities: { drop: ['ALL'] },
    securityOpts: ['no-new-privileges'],
    memory: 64,
    memorySwap: 64,
    cpuShares: 512,
    restart: 'no',
    healthcheck: { test: ['CMD', 'true'] },
    ulimit: ['nofile', 'nproc'].map((name) => ({ name, soft: 1024, hard: 1024 })),
    logDriver: 'local',
    logOpts: { 'max-size': '1m', 'max-file': '2' },
    networksAdvanced: [{ name: environment.front.networkName }],
    ...config,
  });
}

const made = (build: (environment: Environment) => unknown): (() => Synthesised) => {
  return () => synth((environment) => void build(environment));
};

test("someone's own container in an environment may be as it should be", () => {
  expect(made((environment) => own(environment))().one('docker_container', 'env/own')).toMatchObject({ name: 'own' });
});

test('one that is not is told by its path, what was got and what to write instead', () => {
  expect(made((environment) => own(environment, { privileged: true }))).toThrow(
    'test/env/own: privileged true (CIS-5.5: not privileged); leave it out; or say why not with ' +
      "HardeningException.of(construct, { check: 'CIS-5.5', reason: '...' })",
  );
});

test('all that is wrong is told at once', () => {
  expect(made((environment) => own(environment, { readOnly: false, user: 'root' }))).toThrow(
    /CIS-4\.1: an unprivileged user[^]*CIS-5\.13: a root file system/,
  );
});

test('what an override changes is seen', () => {
  expect(made((environment) => own(environment).addOverride('pid_mode', 'host'))).toThrow(
    /test\/env\/own: .*CIS-5\.16/,
  );
});

test('what an override of the stack changes or adds is seen', () => {
  const override = (path: string, value: unknown) =>
    made((environment) => {
      const container = own(environment);
      TerraformStack.of(environment).addOverride(path.replace('OWN', container.friendlyUniqueId), value);
    });
  expect(override('resource.docker_container.OWN.ipc_mode', 'host')).toThrow(/test\/env\/own: .*CIS-5\.17/);
  expect(override('resource.docker_container.raw', { name: 'raw', image: 'web:1' })).toThrow(
    /test\/docker_container\.raw: no user, so that of the image \(CIS-4\.1/,
  );
});

test('what other bindings of the provider make is seen', () => {
  expect(
    made((environment) => {
      const other = new TerraformResource(environment, 'other', { terraformResourceType: 'docker_container' });
      other.addOverride('image', 'web:1');
    }),
  ).toThrow(/test\/env\/other: no user/);
});

test('the name of an image is found, also behind a data source', () => {
  expect(
    made((environment) => {
      const image = new DataDockerImage(environment, 'data', { name: 'web:latest' });
      own(environment, { image: image.repoDigest });
    }),
  ).toThrow('the image "web:latest" (DS-0001');
});

test('a sensitive variable in the environment is a secret, another one is none', () => {
  const withVariable = (sensitive: boolean) =>
    made((environment) => {
      const variable = new TerraformVariable(TerraformStack.of(environment), 'v', { type: 'string', sensitive });
      own(environment, { env: [`X=${variable.stringValue}`] });
    });
  expect(withVariable(true)).toThrow('a secret in env');
  expect(withVariable(false)).not.toThrow();
});

test('what is outside of the environment is left alone', () => {
  const environment = testEnvironment();
  const stack = TerraformStack.of(environment);
  new Container(stack, 'elsewhere', { name: 'elsewhere', image: 'web' });
  expect(() => new Synthesised(stack)).not.toThrow();
});

describe('an exception', () => {
  test('holds for a container, and for what is in a construct', () => {
    expect(
      made((environment) =>
        HardeningException.of(own(environment, { privileged: true }), { check: 'CIS-5.5', reason: REASON }),
      ),
    ).not.toThrow();
    expect(
      made((environment) => {
        HardeningException.of(environment, { check: 'CIS-5.5', reason: REASON });
        own(environment, { privileged: true });
      }),
    ).not.toThrow();
  });

  test('holds for its check alone, and not beside its scope', () => {
    expect(
      made((environment) => {
        const container = own(environment, { privileged: true, readOnly: false });
        HardeningException.of(container, { check: 'CIS-5.5', reason: REASON });
      }),
    ).toThrow(/^[^]*CIS-5\.13[^]*$/);
    expect(
      made((environment) => {
        own(environment, { privileged: true });
        HardeningException.of(environment.front, { check: 'CIS-5.5', reason: REASON });
      }),
    ).toThrow(/CIS-5\.5: not privileged/);
  });

  test('that no container needs is refused', () => {
    expect(
      made((environment) => HardeningException.of(own(environment), { check: 'CIS-5.5', reason: REASON })),
    ).toThrow('test/env/own: an exception of CIS-5.5 that no container needs; leave it out');
  });

  test.each(['', '   ', 'because', '\n'.repeat(30)])('with the reason %j is refused', (reason) => {
    const environment = testEnvironment();
    expect(() => HardeningException.of(environment, { check: 'CIS-5.5', reason })).toThrow(
      /^test\/env: the reason ".*" for an exception of CIS-5\.5; write a sentence/,
    );
  });

  test('of no check, twice, or outside of an environment is refused', () => {
    const environment = testEnvironment();
    const exception = { check: 'CIS-5.5', reason: REASON } as const;
    expect(() => HardeningException.of(environment, { check: 'CIS-9.9' as HardeningCheckId, reason: REASON })).toThrow(
      /^test\/env: an exception of "CIS-9\.9", which is no check; write one of CIS-4\.1, /,
    );
    HardeningException.of(environment, exception);
    expect(() => HardeningException.of(environment, exception)).toThrow(
      'test/env: two exceptions of CIS-5.5; leave one',
    );
    expect(() => HardeningException.of(testStack(), exception)).toThrow('test: a construct outside an Environment');
  });
});
