import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AuditEntry } from '../../../functions/core/access/audit.ts';
import { type Ports, Throttled } from '../../../functions/core/ports.ts';
import type { Dialect } from '../../../functions/http/dialect.ts';
import { endpoint, type everyRequestNeeds, type Request } from '../../../functions/http/endpoints/endpoint.ts';
import { endpointHandler } from '../../../functions/http/endpoints/endpoint-handler.ts';
import { Refused, statusOf } from '../../../functions/http/problem.ts';
import type { Response } from '../../../functions/http/response.ts';
import { startGateway } from '../../../infra/local/runtime/gateway/gateway.ts';
import type { Handler } from '../../../infra/local/runtime/lambda/handler.ts';
import { access, minted, organization } from '../auth/callers.ts';

const plain: Dialect = {
  name: 'plain',
  word: (problem) => ({ status: statusOf(problem), body: problem, headers: { 'x-worded': 'yes' } }),
};
const full = minted();
const weak = minted({ scopes: ['connections:list'] });
const blind = minted({ scopes: ['connections:verify'] });
const route = '/organizations/{organization}/echo';

/** What the function logged. */
let logged: unknown[];
/** What the trail holds, in the order it was written. */
let trail: AuditEntry[];
let used: string[];
beforeEach(() => {
  logged = [];
  trail = [];
  used = [];
  for (const level of ['info', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => void logged.push(line));
  }
});
afterEach(() => vi.restoreAllMocks());

/** The handler as Lambda's runtime sees it: whatever it exports, called with whatever the event is. */
function asRuntime(handler: unknown): Handler {
  if (!isHandler(handler)) throw new Error('It is no function.');
  return handler;
}
const isHandler = (value: unknown): value is Handler => typeof value === 'function';

const ports: Pick<Ports, (typeof everyRequestNeeds)[number]> = {
  ...access([full.key, weak.key, blind.key], [organization(7)]).ports,
  'keyUse.record': { note: async (id) => void used.push(id) },
  'audit.write': async (entry) => void trail.push(entry),
};

interface Call extends RequestInit {
  readonly method?: 'GET' | 'POST';
  readonly path?: string;
  readonly over?: Partial<typeof ports>;
  readonly answering?: Partial<Response>;
}

/** Sends a request through API Gateway to an endpoint that does as told. */
async function call(
  run: (request: Request) => Promise<unknown>,
  { method = 'POST', path = '/organizations/7/echo', over = {}, answering = {}, ...init }: Call = {},
) {
  const handler = endpointHandler(
    endpoint({
      dialect: plain,
      name: 'echo',
      method,
      path: route,
      scope: 'connections:verify',
      organizationFrom: { path: 'organization' },
      needs: [],
      run: async (request) => ({ status: 200, body: await run(request), ...answering }),
    }),
    { ...ports, ...over },
  );
  const gateway = await startGateway({
    routes: [{ method, resource: route, functionArn: 'echo', authorization: 'NONE' }],
    gatewayResponses: [],
    invoke: async (_, event) => ({ ok: true, payload: await asRuntime(handler)(event, {}) }),
    mayInvoke: () => true,
    port: 0,
    host: '127.0.0.1',
    stage: 'test',
  });
  onTestFinished(() => gateway.stop());
  const response = await fetch(gateway.url + path, { method, headers: { 'x-api-key': full.text }, ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

const echo = async ({ body, path, query, organizationId }: Request) => ({
  body: body ?? null,
  path,
  query,
  organizationId,
});

describe('a request', () => {
  test('reaches the endpoint authenticated, with its path, query and parsed body', async () => {
    const { status, headers, body } = await call(echo, { path: '/organizations/7/echo?a=1&b=%7C', body: '{"x":[1]}' });
    expect([status, body]).toEqual([
      200,
      { body: { x: [1] }, path: { organization: '7' }, query: { a: '1', b: '|' }, organizationId: 7 },
    ]);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('of a method without a body leaves what body it has alone: it is left over from an earlier call', async () => {
    expect((await call(echo, { method: 'GET' })).body).toMatchObject({ body: null });
  });

  test('is given one deadline, a clock and randomness', async () => {
    const { body } = await call(async ({ now, random, clock, deadline }) => ({
      now: Math.abs(now - Date.now()) < 10_000,
      random: random() >= 0 && random() < 1,
      clock: Number.isFinite(clock()),
      aborted: deadline.aborted,
    }));
    expect(body).toEqual({ now: true, random: true, clock: true, aborted: false });
  });

  test('is refused before anything of it is looked at, unless its key is of the organization', async () => {
    const refused = { status: 401, body: { kind: 'unauthenticated' } };
    expect(await call(echo, { headers: {}, body: '{' })).toMatchObject(refused);
    expect(await call(echo, { path: '/organizations/8/echo', body: '{' })).toMatchObject(refused);
    expect(await call(echo, { headers: { 'x-api-key': full.text, authorization: weak.text } })).toMatchObject(refused);
  });

  test('is refused without the scope', async () => {
    expect(await call(echo, { headers: { 'x-api-key': weak.text }, body: '{' })).toMatchObject({
      status: 403,
      body: { kind: 'forbidden' },
    });
  });
});

describe('what is thrown is worded by the dialect', () => {
  test('a refusal', async () => {
    const refuse = async () => {
      throw new Refused({ kind: 'not-found' });
    };
    const { status, headers, body } = await call(refuse);
    expect([status, headers.get('x-worded'), body]).toEqual([404, 'yes', { kind: 'not-found' }]);
  });

  test('a throttled port asks to come back', async () => {
    const { status, body } = await call(async () => {
      throw new Throttled('a limit', 7);
    });
    expect([status, body]).toEqual([429, { kind: 'too-many', retryAfterSeconds: 7 }]);
  });

  test('anything else says nothing but a reference, under which the log has names and frames but no message', async () => {
    const { status, body } = await call(async () => {
      throw new TypeError('the remote said\n    at secret (remote.js:1:1)', { cause: new RangeError('and secret') });
    });
    expect([status, body]).toEqual([500, { kind: 'unexpected', reference: expect.any(String) }]);
    expect(logged).toContainEqual({
      event: 'unexpected',
      where: 'plain/echo',
      reference: body.reference,
      errors: [
        { name: 'TypeError', frames: expect.arrayContaining([expect.stringContaining('endpoint-handler.test.ts')]) },
        { name: 'RangeError', frames: expect.any(Array) },
      ],
    });
    expect(JSON.stringify(logged)).not.toContain('secret');
  });
});

test('an error whose message was changed after it arose leaves no frames: its first one may stand among them', async () => {
  await call(async () => {
    const error = new Error('first\n    at secret (remote.js:1:1)');
    // A stack may only be written when it is first looked at.
    expect(error.stack).toContain('first');
    error.message = 'second';
    throw error;
  });
  expect(logged).toContainEqual(expect.objectContaining({ errors: [{ name: 'Error', frames: [] }] }));
  expect(JSON.stringify(logged)).not.toContain('secret');
});

test('every request leaves one line: what was asked and how it ended', async () => {
  await call(echo, { body: '{"secret":"value"}' });
  await call(echo, { headers: {} });
  expect(logged).toEqual([
    { event: 'request', endpoint: 'plain/echo', requestId: expect.any(String), status: 200 },
    { event: 'request', endpoint: 'plain/echo', requestId: expect.any(String), status: 401 },
  ]);
});

describe('the trail', () => {
  const verify = async (request: Request) => {
    expect(trail).toEqual([expect.objectContaining({ outcome: { kind: 'unfinished' } })]);
    return echo(request);
  };

  test('knows of what is done before it is done, and how it ended after', async () => {
    await call(verify, {
      body: '{"secret":"value"}',
      headers: { 'x-api-key': full.text, 'user-agent': 'a'.repeat(1000) },
      answering: { trail: { connections: ['uid'], verdict: 'connected' } },
    });
    const [before, after, ...more] = trail;
    expect(more).toEqual([]);
    expect(after).toEqual({
      ...before,
      connections: ['uid'],
      outcome: { kind: 'done', status: 200, verdict: 'connected' },
    });
    expect(after).toMatchObject({
      organizationId: 7,
      actor: { kind: 'key', key: full.key.id },
      action: 'connection.verify',
      endpoint: 'plain/echo',
      asked: {},
      from: { ip: '127.0.0.1', agent: 'a'.repeat(256) },
    });
    expect(JSON.stringify(trail)).not.toContain('secret');
    expect(used).toEqual([full.key.id]);
  });

  test('of another of the caller’s organizations has what was done to its connection, too', async () => {
    await call(echo, { answering: { trail: { connections: ['uid'], organizationId: 8 } } });
    expect(
      trail.map(({ organizationId, outcome, connections }) => [organizationId, outcome.kind, connections]),
    ).toEqual([
      [7, 'unfinished', []],
      [7, 'done', ['uid']],
      [8, 'done', ['uid']],
    ]);
    expect(new Set(trail.map(({ id }) => id)).size).toBe(1);
  });

  test('says how what failed ended, and not why', async () => {
    await call(async () => {
      throw new Refused({ kind: 'invalid', faults: [{ field: 'f', code: 'invalid', message: 'secret' }] });
    });
    await call(async () => {
      throw new Error('secret');
    });
    expect(trail.map(({ outcome }) => outcome)).toEqual([
      { kind: 'unfinished' },
      { kind: 'refused', status: 400, reason: 'invalid' },
      { kind: 'unfinished' },
      { kind: 'failed', status: 500 },
    ]);
    expect(JSON.stringify(trail)).not.toContain('secret');
  });

  test('has one entry for a key without the scope, and none for a stranger', async () => {
    await call(echo, { headers: { 'x-api-key': weak.text } });
    expect(trail.map(({ outcome }) => outcome)).toEqual([{ kind: 'refused', status: 403, reason: 'forbidden' }]);
    await call(echo, { headers: {} });
    expect(trail).toHaveLength(1);
  });

  test('that cannot be written stops the request before anything is done', async () => {
    let done = false;
    const { status } = await call(async () => (done = true), {
      over: { 'audit.write': async () => Promise.reject(new Error('no table')) },
    });
    expect([status, done]).toEqual([500, false]);
  });

  test('that cannot be completed leaves the answer as it was', async () => {
    const { status } = await call(echo, {
      over: {
        'audit.write': async (entry) => {
          if (entry.outcome.kind !== 'unfinished') throw new Error('no table');
          trail.push(entry);
        },
      },
    });
    expect([status, trail.length]).toEqual([200, 1]);
    expect(logged).toContainEqual(expect.objectContaining({ event: 'unexpected', where: 'plain/echo trail' }));
  });

  test('has every reveal before the secret is shown, and shows none without the scope', async () => {
    const reveal = async ({ reveal }: Request) =>
      reveal(['a', 'b'].map((uid) => ({ uid, organizationId: uid === 'a' ? 7 : 8 })));
    expect((await call(reveal)).body).toBe(true);
    const outcome = { kind: 'done', status: 200 };
    expect(trail.filter(({ action }) => action === 'credentials.reveal')).toEqual([
      expect.objectContaining({ organizationId: 7, connections: ['a'], outcome }),
      expect.objectContaining({ organizationId: 8, connections: ['b'], outcome }),
    ]);
    trail = [];
    expect((await call(reveal, { headers: { 'x-api-key': blind.text } })).body).toBe(false);
    expect(trail.map(({ action }) => action)).not.toContain('credentials.reveal');
  });
});
