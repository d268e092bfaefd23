import { DOCKERFILE_RULES, type DockerfileRuleId } from '../../scripts/lint/dockerfile-rules';
import { IMAGE_EXCEPTIONS } from '../../scripts/lint/image-exceptions';
import { brokenRules } from '../../scripts/lint/image-rules';

const GOOD = `ARG BASE_IMAGE=debian:trixie-slim
FROM \${BASE_IMAGE} AS build
# A comment, with ADD and sudo in it.
RUN apt-get update \\
 && apt-get install -y --no-install-recommends maven=3.9 && rm -rf /var/lib/apt/lists/*
RUN mvn dependency:copy-dependencies && sha256sum --check --strict ../jars.sha256
FROM \${BASE_IMAGE}
RUN apt-get update \\
# Within it.
 && apt-get install --yes --no-install-recommends curl=8.14 && rm -rf /var/lib/apt/lists/* \\
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
WORKDIR /opt/server
COPY --from=build /build/lib lib
EXPOSE 389 636/tcp
USER 10001:10001
HEALTHCHECK CMD ["true"]
ENTRYPOINT ["/opt/server"]
CMD ["-v"]
`;

/** What is put in for what, and breaks one rule. */
const BROKEN: Readonly<Record<DockerfileRuleId, readonly [string | RegExp, string][]>> = {
  'CIS-4.1': [
    ['USER 10001:10001\n', ''],
    ['USER 10001:10001', 'USER root'],
    ['USER 10001:10001', 'USER 10001:10001\nUSER 0:0'],
    ['USER 10001:10001', 'USER server'],
  ],
  'CIS-4.6': [
    ['HEALTHCHECK CMD ["true"]\n', ''],
    ['HEALTHCHECK CMD ["true"]', 'HEALTHCHECK CMD ["true"]\nHEALTHCHECK CMD ["false"]'],
  ],
  'CIS-4.7': [['WORKDIR', 'RUN apt-get update\nWORKDIR']],
  'CIS-4.8': [
    [/ \\\n && find .*/, ''],
    [/(RUN .*\n.*\n.*) \\\n && (find .*)/, 'RUN $2\n$1'],
    [
      'WORKDIR',
      'RUN apt-get update && apt-get install -y --no-install-recommends a=1 && rm -rf /var/lib/apt/lists/*\nWORKDIR',
    ],
  ],
  'CIS-4.9': [['COPY --from=build /build/lib lib', 'ADD http://host/lib lib']],
  'CIS-4.10': [
    ['WORKDIR', 'ENV LDAP_PASSWORD=x\nWORKDIR'],
    ['WORKDIR', 'ARG API_KEY\nWORKDIR'],
  ],
  'DS-0004': [
    ['EXPOSE 389', 'EXPOSE 22'],
    ['EXPOSE 389', 'EXPOSE 8000-8010'],
  ],
  'DS-0006': [
    ['--from=build', '--from=other'],
    ['--from=build', '--from=image:1'],
  ],
  'DS-0007': [
    ['CMD ["-v"]', 'CMD ["-v"]\nCMD ["-q"]'],
    ['CMD ["-v"]', 'ENTRYPOINT ["x"]'],
  ],
  'DS-0009': [
    ['WORKDIR /opt', 'WORKDIR opt'],
    ['WORKDIR /opt/server', 'WORKDIR /etc'],
    ['WORKDIR', 'RUN cd /opt && ls\nWORKDIR'],
  ],
  'DS-0010': [['WORKDIR', 'RUN sudo ls\nWORKDIR']],
  'DS-0014': [['WORKDIR', 'RUN wget http://a\nWORKDIR']],
  'DS-0021': [
    ['--yes --no-install-recommends', '--yes'],
    ['--yes --no', '--no'],
    [/(--yes .*?) && rm -rf \S+/, '$1'],
    ['WORKDIR', 'RUN apt install x\nWORKDIR'],
    ['WORKDIR', 'RUN apt-get dist-upgrade\nWORKDIR'],
  ],
  'DS-0022': [['WORKDIR', 'MAINTAINER me\nWORKDIR']],
  DL3008: [['curl=8.14', 'curl']],
  DL3013: [
    ['WORKDIR', 'RUN pip3 install x\nWORKDIR'],
    [' && sha256sum --check --strict ../jars.sha256', ''],
  ],
  DL3025: [
    ['CMD ["-v"]', 'CMD -v'],
    ['ENTRYPOINT ["/opt/server"]', 'ENTRYPOINT exec /opt/server'],
  ],
  DL3026: [
    [/FROM \S+\nRUN/, 'FROM debian:latest\nRUN'],
    [/FROM (\S+)\nRUN/, 'FROM --platform=linux/amd64 $1\nRUN'],
  ],
};

test('a Dockerfile that is as it should be breaks no rule', () => {
  expect(brokenRules(GOOD)).toEqual([]);
});

describe.each(Object.entries(BROKEN))('%s', (rule, cases) => {
  test.each(cases)('is broken with %p made %j', (from, to) => {
    const text = GOOD.replace(from, to);
    expect(text).not.toBe(GOOD);
    expect(brokenRules(text)).toEqual([rule]);
  });
});

test('two stages of one name break a rule', () => {
  expect(brokenRules(`FROM \${BASE_IMAGE} AS build\n${GOOD}`)).toContain('DS-0006');
});

test('each rule has cases, and each exception a reason', () => {
  expect(Object.keys(BROKEN).sort()).toEqual(Object.keys(DOCKERFILE_RULES).sort());
  for (const { reason } of IMAGE_EXCEPTIONS) expect(reason.length).toBeGreaterThan(20);
});
