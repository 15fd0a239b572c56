import { describe, expect, test } from 'vitest';
import { key, localService } from '../local-service.ts';

const { run, answers, askedBy } = localService();

const done = {
  id: '0192f0c1-1111-7000-8000-000000000000',
  at: '2026-11-21T10:31:00.000Z',
  organization: 42,
  actor: { kind: 'key', key: key.id },
  action: 'connection.verify',
  endpoint: 'edge-impulse/verify-bucket',
  connections: ['c1', 'c2'],
  asked: {},
  from: { ip: '203.0.113.7', agent: 'curl/8.5' },
  outcome: 'done',
  status: 200,
  verdict: 'connected',
};
const { verdict: _, ...undecided } = done;
const unfinished = {
  ...undecided,
  actor: { kind: 'operator', arn: 'arn:aws:iam::123456789012:user/ann' },
  connections: [],
  from: { ...done.from, agent: '\u001b]0;owned\u0007an agent with a name that goes on and on' },
  outcome: 'unfinished',
  status: null,
};
const refused = {
  ...undecided,
  actor: { kind: 'token', subject: 'sub' },
  connections: ['c1'],
  outcome: 'refused',
  status: 403,
  reason: 'forbidden',
};

describe('the audit trail', () => {
  test('is shown newest first, with nothing in it that steers a terminal', async () => {
    answers({ body: { entries: [done, unfinished, refused], next: null } });
    expect(await run('audit --organization acme')).toEqual({
      code: 0,
      out: [
        'TIME              WHO                                 ACTION             OUTCOME                CONCERNS       FROM         WITH',
        '2026-11-21 10:31  key abcdefghjkmn                    connection.verify  done 200 connected     c1 and 1 more  203.0.113.7  curl/8.5',
        '2026-11-21 10:31  arn:aws:iam::123456789012:user/ann  connection.verify  unfinished             –              203.0.113.7  ]0;ownedan agent with a name that goes …',
        '2026-11-21 10:31  token sub                           connection.verify  refused 403 forbidden  c1             203.0.113.7  curl/8.5',
        '',
      ].join('\n'),
      err: '',
    });
    const { out } = await run('audit --organization acme --json');
    expect(JSON.parse(out).entries).toEqual([done, unfinished, refused]);
    expect(out).not.toContain('\u001b');
  });

  test('is asked for by time and connection', async () => {
    answers({ body: { entries: [], next: null } });
    const asked = await askedBy('audit --organization acme --since 24h --until 2026-11-21 --connection c1');
    expect(asked).toEqual([
      {
        method: 'GET',
        path: '/admin/organizations/acme/audit',
        query: { from: '2026-11-20T10:32:00.000Z', to: '2026-11-21T00:00:00.000Z', connection: 'c1', limit: '50' },
        body: undefined,
      },
    ]);
    expect((await run('audit --organization acme')).err).toBe('There are no entries.\n');
  });

  test('ends at its limit, and says that there is more', async () => {
    let page = 0;
    answers(({ query }) => ({ body: { entries: Array(Number(query['limit'])).fill(done), next: `${++page}` } }));
    const { out, err } = await run('audit --organization acme --limit 250');
    expect(out.split('\n')).toHaveLength(252);
    expect(err).toBe('There are older entries; --limit shows more than 250.\n');
    const asked = await askedBy('audit --organization acme --limit 250');
    expect(asked.map(({ query }) => query['limit'])).toEqual(['100', '100', '50']);
  });
});
