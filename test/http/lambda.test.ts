import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { mintApiKey, scopes } from '../../functions/core/api-key.ts';
import { Throttled } from '../../functions/core/ports.ts';
import type { Dialect } from '../../functions/http/dialect.ts';
import { endpoint, type Request } from '../../functions/http/endpoint.ts';
import { lambda } from '../../functions/http/lambda.ts';
import { Refused, statusOf } from '../../functions/http/problem.ts';
import { startGateway } from '../../infra/local/runtime/gateway.ts';
import type { Handler } from '../../infra/local/runtime/handler.ts';

const plain: Dialect = {
  name: 'plain',
  word: (problem) => ({ status: statusOf(problem), body: problem, headers: { 'x-worded': 'yes' } }),
};
const full = mintApiKey({ organizationId: 7, scopes }, randomBytes);
const weak = mintApiKey({ organizationId: 7, scopes: ['connections:list'] }, randomBytes);
const route = '/organizations/{organization}/echo';

/** What the function logged. */
let logged: unknown[];
beforeEach(() => {
  logged = [];
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

/** Sends a request through API Gateway to an endpoint that does as told. */
async function call(
  run: (request: Request) => Promise<unknown>,
  {
    method = 'POST',
    path = '/organizations/7/echo',
    ...init
  }: RequestInit & { method?: 'GET' | 'POST'; path?: string } = {},
) {
  const handler = lambda(
    endpoint({
      dialect: plain,
      name: 'echo',
      method,
      path: route,
      scope: 'connections:verify',
      organizationFrom: { path: 'organization' },
      needs: [],
      run: async (request) => ({ status: 200, body: await run(request) }),
    }),
    { 'keys.read': { find: async (id) => [full.key, weak.key].find((key) => key.id === id) } },
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
      throw new Throttled();
    });
    expect([status, body]).toEqual([429, { kind: 'too-many', retryAfterSeconds: expect.any(Number) }]);
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
        { name: 'TypeError', frames: expect.arrayContaining([expect.stringContaining('lambda.test.ts')]) },
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
