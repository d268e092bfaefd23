import type { ContainerFact, EngineFact } from '../../scripts/stack/engine-facts';
import { listStacks, type StackState } from '../../scripts/stack/listing';
import { duration, listingJson, listingText } from '../../scripts/stack/listing-text';
import type { StackRecord } from '../../scripts/stack/records';

const now = new Date('2026-11-25T12:00:00Z');
const known = { stacks: ['https-proxy', 'https-proxy-nginx', 'http-direct'], environments: ['pr-4', 'pr-4-2', 'envs'] };
const ok: ContainerFact = { status: 'running', exitCode: 0, health: 'healthy', runsOnce: false };

function container(owner: string, what: string, fact: Partial<ContainerFact> = {}, ports: number[] = []): EngineFact {
  const name = `${owner}-${what}`;
  const created = new Date('2026-11-25T10:00:00Z');
  return {
    kind: 'container',
    id: `id of ${name}`,
    name,
    owner,
    created,
    subnets: [],
    ports,
    container: { ...ok, ...fact },
  };
}

function other(kind: 'network' | 'volume', owner: string, created: string): EngineFact {
  const name = `${owner}-${kind}`;
  return { kind, id: `id of ${name}`, name, owner, created: new Date(created), subnets: [], ports: [] };
}

function record(environment: string, stack: string, part: Partial<StackRecord> = {}): StackRecord {
  const owner = environment === '' ? stack : `${environment}-${stack}`;
  return {
    ...{ checkout: '/here', environment, stack, owner, baseUrl: `https://${owner}`, expires: undefined },
    ...{ containers: [`${owner}-git`], ids: [`id of ${owner}-git`], ...part },
  };
}

const list = (facts: EngineFact[], records: StackRecord[] = []) => listStacks(facts, records, known, '/here');

test.each<[StackState, EngineFact[]]>([
  ['healthy', [container('https-proxy', 'git')]],
  ['healthy', [container('https-proxy', 'git', { health: undefined })]],
  [
    'healthy',
    [container('https-proxy', 'git'), container('https-proxy', 'files', { status: 'exited', runsOnce: true })],
  ],
  ['starting', [container('https-proxy', 'git', { health: 'starting' })]],
  [
    'unhealthy',
    [
      container('https-proxy', 'git', { health: 'unhealthy' }),
      container('https-proxy', 'ldap', { health: 'starting' }),
    ],
  ],
  ['partial', [container('https-proxy', 'git'), container('https-proxy', 'ldap', { status: 'paused' })]],
  ['partial', [container('https-proxy', 'git'), container('https-proxy', 'ldap', { status: 'exited' })]],
  [
    'partial',
    [
      container('https-proxy', 'git'),
      container('https-proxy', 'files', { status: 'exited', exitCode: 1, runsOnce: true }),
    ],
  ],
  ['partial', [container('https-proxy', 'ldap')]],
  ['remains', [other('volume', 'https-proxy', '2026-11-25T10:00:00Z')]],
])('%s (%#)', (state, facts) => {
  expect(list(facts, [record('', 'https-proxy', { ids: facts.map(({ id }) => id) })])).toMatchObject([{ state }]);
});

test('what the state knows of and the engine does not is gone; of another checkout it is left out', () => {
  const records = [record('pr-4', 'http-direct'), record('pr-9', 'http-direct', { checkout: '/there' })];
  expect(list([], records)).toMatchObject([
    { environment: 'pr-4', stack: 'http-direct', state: 'gone', since: undefined },
  ]);
});

test('names on the engine are told apart by the longest stack, and by the longest environment', () => {
  const names = ['https-proxy-nginx', 'pr-4-2-https-proxy-nginx', 'pr-4-2-adhoc', 'somebody-else'];
  const facts = names.map((owner) => container(owner, 'git'));
  expect(list(facts).map(({ environment, stack }) => [environment, stack])).toEqual([
    ['', 'https-proxy-nginx'],
    ['pr-4-2', 'adhoc'],
    ['pr-4-2', 'https-proxy-nginx'],
    ['somebody-else', undefined],
  ]);
});

test('what is nobody of this project is left out', () => {
  expect(list([{ ...container('x', 'y'), owner: undefined }])).toEqual([]);
});

describe('where it is from', () => {
  const facts = [container('pr-4-http-direct', 'git'), other('network', 'pr-4-http-direct', '2026-11-25T09:00:00Z')];

  test('this state', () => {
    expect(list(facts, [record('pr-4', 'http-direct')])).toMatchObject([
      { checkout: '/here', baseUrl: 'https://pr-4-http-direct', since: new Date('2026-11-25T09:00:00Z') },
    ]);
  });

  test("another checkout's, where this one's state is of what was there before", () => {
    const records = [
      record('pr-4', 'http-direct', { ids: ['id of what was replaced'] }),
      record('pr-4', 'http-direct', { checkout: '/there', baseUrl: 'https://there' }),
    ];
    expect(list(facts, records)).toMatchObject([{ checkout: '/there', baseUrl: 'https://there' }]);
  });

  test('nobody here knows: its ports are told', () => {
    const facts = [container('pr-4-http-direct', 'git', {}, [17990, 10443, 17990])];
    expect(list(facts)).toMatchObject([{ checkout: undefined, baseUrl: undefined, ports: [10443, 17990] }]);
  });
});

test('a volume that was there before does not make the stack older', () => {
  const owner = 'https-proxy';
  const facts = [other('volume', owner, '2026-01-01T00:00:00Z'), container(owner, 'git')];
  expect(list(facts)).toMatchObject([{ since: new Date('2026-11-25T10:00:00Z') }]);
});

describe('for people and for programs', () => {
  const rows = list(
    [
      container('https-proxy', 'git'),
      container('pr-4-http-direct', 'git', {}, [17990]),
      container('pr-4-2-https-proxy', 'git'),
    ],
    [
      record('', 'https-proxy', { expires: new Date('2026-11-25T09:30:00Z') }),
      record('pr-4-2', 'https-proxy', { checkout: '/there', expires: new Date('2026-11-27T13:00:00Z') }),
    ],
  );

  test('a table', () => {
    expect(listingText(rows, '/here', now)).toBe(
      [
        'ENVIRONMENT  STACK        STATE    SINCE              BASE URL                    EXPIRES     FROM',
        '-----------  -----------  -------  -----------------  --------------------------  ----------  ---------',
        '(no name)    https-proxy  healthy  2026-11-25 10:00Z  https://https-proxy         2h 30m ago  here',
        'pr-4         http-direct  healthy  2026-11-25 10:00Z  port 17990                  never       elsewhere',
        'pr-4-2       https-proxy  healthy  2026-11-25 10:00Z  https://pr-4-2-https-proxy  in 2d 1h    /there',
        '',
      ].join('\n'),
    );
    expect(listingText([], '/here', now)).toBe('Nothing of this project is on the engine.\n');
  });

  test('JSON', () => {
    const [first, second] = JSON.parse(listingJson(rows, '/here', now)) as unknown[];
    expect(first).toEqual({
      ...{ environment: '', stack: 'https-proxy', state: 'healthy', since: '2026-11-25T10:00:00.000Z' },
      ...{ base_url: 'https://https-proxy', ports: [], expires: '2026-11-25T09:30:00.000Z', expired: true },
      ...{ from: 'here', checkout: '/here' },
    });
    expect(second).toMatchObject({
      base_url: null,
      ports: [17990],
      expires: null,
      expired: false,
      from: 'elsewhere',
      checkout: null,
    });
  });

  test.each([
    [0, '0m'],
    [1, '1m'],
    [60_000 * 61, '1h 1m'],
    [60_000 * 60 * 24, '1d'],
    [60_000 * (60 * 24 * 3 + 5), '3d'],
    [60_000 * (60 * 24 * 3 + 125), '3d 2h'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});
