import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canary } from '../canary.ts';
import { type OperatorApi, operatorOf } from '../operator.ts';
import { type Reply, type Service, startService } from '../service.ts';
import { base, clients, type NodeumClient, nodeumClient } from './nodeum-client.ts';
import { connectorIn, connectorsKeptBy, demoOf, expectRefused, sentTo } from './nodeum-scene.ts';
import { blank, type Details, invalid, wrong, wrongToKeep } from './nodeum-wrong.ts';

let service: Service;
let operator: OperatorApi;
let api: NodeumClient;
/** A connector that is there throughout. */
let id: number;
beforeAll(async () => {
  service = await startService({ parameters: { LimitPerHost: '3' } });
  operator = operatorOf(service);
  api = nodeumClient(service, clients.Go);
  id = connectorIn(await api.create(sentTo(service)), 201).id;
});
afterAll(async () => {
  expect(await connectorsKeptBy(service)).toBe(1);
  expect((await api.destroy(id)).status).toBe(204);
  await service.expectNoLeak();
  await service.stop();
});

/** Fails unless it was refused so, and no secret was kept; that no row was is looked at when all is over. */
async function expectNothing(
  call: () => Promise<Reply>,
  status: number,
  details: Details,
  ...messages: readonly RegExp[]
): Promise<void> {
  const before = service.target.wire.observe.secrets().length;
  expectRefused(await call(), status, details, ...messages);
  expect(service.target.wire.observe.secrets()).toHaveLength(before);
}

describe('a connector with', () => {
  test.each([...wrong, ...wrongToKeep])('%s is neither created nor changed', async (_, more, details, message) => {
    await expectNothing(() => api.create(sentTo(service, { name: 'new', ...more })), 422, details, message);
    const shown = (await api.show(id)).body;
    const { secret_key } = sentTo(service);
    await expectNothing(() => api.update(id, { secret_key, ...more }), 422, details, message);
    expect((await api.show(id)).body).toEqual(shown);
  });

  test.each(wrong)('%s is not tested', async (_, more, details, message) => {
    await expectNothing(() => api.test(sentTo(service, more)), 422, details, message);
  });

  test('nothing lacks everything, all at once', async () => {
    const due = { name: blank, provider: blank, access_key: blank, secret_key: blank };
    const messages = Object.keys(due).map((attribute) => new RegExp(`^${attribute} can't be blank$`));
    await expectNothing(() => api.create({}), 422, due, ...messages);
    const { name: _, ...tested } = due;
    await expectNothing(() => api.test({}), 422, tested, ...messages.slice(1));
    const { url: _url, ...rest } = sentTo(service);
    await expectNothing(() => api.create({ ...rest, name: 'n' }), 422, { url: blank }, /^url can't be blank/);
  });
});

describe('a body that is', () => {
  test.each<[string, unknown, RegExp]>([
    ['none', undefined, /must be a JSON object/],
    ['no JSON', `{"secret_key":"${canary.secret}`, /not valid JSON/],
    ['a list', '[]', /must be a JSON object/],
    ['null', 'null', /must be a JSON object/],
    ['a text', '"text"', /must be a JSON object/],
  ])('%s is refused', async (_, body, message) => {
    for (const call of [() => api.create(body), () => api.update(id, body), () => api.test(body)]) {
      await expectNothing(call, 422, {}, message);
    }
  });

  test('too large is refused', async () => {
    const body = sentTo(service, { note: canary.secret.repeat(6_000) });
    await expectNothing(() => api.create(body), 413, {}, /^The request body is larger than 65536 bytes\.$/);
  });
});

describe('a list', () => {
  test.each<[string, Details, number]>([
    ['limit=0', { limit: invalid('0') }, 1],
    ['limit=-1', { limit: invalid('-1') }, 1],
    ['limit=abc', { limit: invalid('abc') }, 1],
    ['limit=1e9', { limit: invalid('1e9') }, 1],
    ['offset=-1', { offset: invalid('-1') }, 1],
    ['sort_by=color', { sort_by: invalid('color') }, 1],
    ['sort_by=secret_key', { sort_by: invalid('secret_key') }, 1],
    ['sort_by=name:up', { sort_by: invalid('name:up') }, 1],
    ['name=%3E%3C', { name: invalid('><') }, 1],
    ['name=~', { name: invalid('~') }, 1],
    ['provider=%3E%3Ca%7C', { provider: invalid('><a|') }, 1],
    ['id=%3Eabc', { id: invalid('>abc') }, 1],
    ['region=!%3Ea', { region: invalid('!>a') }, 1],
    [`access_key=~&url_proxy=~&limit=0`, { url_proxy: invalid(), access_key: invalid(), limit: invalid('0') }, 3],
    [`name=${'x'.repeat(2_000)}`, { name: invalid() }, 1],
  ])('by %s is refused', async (query, details, count) => {
    await expectNothing(() => api.send('GET', `?${query}`), 422, details, ...Array(count).fill(/./));
  });

  test('by limit=1000000000 is all there is', async () => {
    expect(await api.list({ limit: 1_000_000_000 })).toMatchObject({ status: 200, body: { count: 1 } });
    expect(await api.list({ offset: 1_000_000_000 })).toMatchObject({ body: { count: 1, cloud_connectors: [] } });
  });
});

test.each([
  ['a number', '999999'],
  ['a large number', '99999999999999999999'],
  ['no number', '0'],
  ['a name', 'nobody'],
  ['a slash', 'c%2F..%2F1'],
  ['an escape that is none', '%25zz'],
  ['a control character', '%00'],
  ['five thousand characters', 'x'.repeat(5_000)],
])('a connector called by %s is not there', async (_, name) => {
  const calls = [() => api.show(name), () => api.update(name, { region: 'x' }), () => api.destroy(name)];
  for (const call of calls) await expectNothing(call, 404, { id: [{ error: 'not_found' }] }, /^id was not found/);
});

describe('whoever calls', () => {
  const calls: readonly (readonly [string, string, string])[] = [
    ['GET', '', 'index'],
    ['POST', '', 'create'],
    ['PUT', '/-/test', 'test'],
    ['GET', '/-/test?job_id=x', 'test'],
    ['GET', '/demo', 'show'],
    ['PUT', '/demo', 'update'],
    ['DELETE', '/demo', 'destroy'],
  ];

  test('needs a key', async () => {
    for (const [method, path] of calls) {
      const body = method === 'POST' || method === 'PUT' ? '{' : undefined;
      await expectNothing(() => service.send(method, base + path, { body }), 401, {}, /^No valid API key/);
      const headers = { authorization: `Basic ${btoa('user:password')}` };
      await expectNothing(() => service.send(method, base + path, { body, headers }), 401, {}, /^No valid API key/);
    }
  });

  test('needs the right for it, and no other', async () => {
    const actions = [...new Set(calls.map(([, , action]) => action)), 'get_secret_key'];
    const scopesBut = (own: string) => actions.filter((action) => action !== own).map((a) => `cloud_connectors / ${a}`);
    for (const own of new Set(calls.map(([, , action]) => action))) {
      const { key } = await operator.newKey('demo', { scopes: scopesBut(own) });
      const other = nodeumClient(service, clients.Go, key);
      for (const [method, path, action] of calls.filter((call) => call[2] === own)) {
        const body = method === 'POST' || method === 'PUT' ? {} : undefined;
        await expectNothing(() => other.send(method, path, body), 403, {}, /^This API key may not do that/);
        expect(action).toBe(own);
      }
    }
  });

  test('finds nothing of another organization', async () => {
    const { id: other } = await operator.newOrganization('elsewhere');
    const theirs = nodeumClient(service, clients.Go, (await operator.newKey(String(other))).key);
    expect((await theirs.list()).body).toEqual({ count: 0, cloud_connectors: [] });
    for (const name of [id, 'demo']) {
      const notFound = { id: [{ error: 'not_found' }] };
      expectRefused(await theirs.show(name), 404, notFound, /not found/);
      expectRefused(await theirs.update(name, { region: 'x' }), 404, notFound, /not found/);
      expectRefused(await theirs.destroy(name), 404, notFound, /not found/);
    }
  });

  test('too often is told when to come back', async () => {
    const body = (secret_key: string) => sentTo(service, { url: 'https://limited.example', secret_key });
    for (const secret of ['a', 'b', 'c']) expect((await api.test(body(secret))).status).toBe(202);
    const before = (await api.list()).body;
    for (const call of [() => api.test(body('d')), () => api.create({ ...body('d'), name: 'often' })]) {
      const reply = await call();
      expectRefused(reply, 429, {}, /^Too many requests\. Try again in \d+ seconds\.$/);
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await api.list()).body).toEqual(before);
    // What runs already takes nothing: a retry of it is let through.
    expect((await api.test(body('a'))).status).toBe(202);
    expect(demoOf(service).s3.requests.every(({ host }) => host !== 'limited.example')).toBe(true);
  });
});
