import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { proxyServer } from '../../providers/egress/proxy-server.ts';
import { canary } from '../canary.ts';
import { operatorOf } from '../operator.ts';
import { type Service, startService } from '../service.ts';
import { clients, collection, type NodeumClient, nodeumClient } from './nodeum-client.ts';
import { connectorIn, demoOf, expectRefused, expectVerified, keptBy, sentTo } from './nodeum-scene.ts';

let service: Service;
let api: NodeumClient;
beforeAll(async () => {
  // Wherever on this machine a test puts a proxy.
  service = await startService({ waits: (seconds) => seconds * 10, parameters: { EgressAllow: '127.0.0.1' } });
  api = nodeumClient(service, clients.JavaScript);
});
afterEach(async () => {
  for (const { id } of listed(await api.list()).cloud_connectors) expect((await api.destroy(id)).status).toBe(204);
});
afterAll(async () => {
  await service.expectNoLeak();
  await service.stop();
});

const listed = ({ status, body }: Awaited<ReturnType<NodeumClient['list']>>) => {
  expect(status).toBe(200);
  return collection.parse(body);
};
const sent = (more: object = {}) => sentTo(service, more);
const secretOf = () => demoOf(service).keys.s3.secretKey;

describe.each(Object.entries(clients))('a connector of the %s client', (_, habits) => {
  test('is created, found, changed and destroyed', async () => {
    const client = nodeumClient(service, habits);
    // A slash that a client does not escape parts the path, and a percent sign would be an escape.
    const name = habits.escaped('/') === '/' ? 'c 1 ä' : 'c 1/x%2F';
    const body = sent({ name, region: 'us-east-1', options: 'ro,use_cache=/tmp' });
    const created = connectorIn(await client.create({ id: 4711, ...body }), 201);
    expect(created).toEqual({ ...body, id: created.id });
    expect(created.id).not.toBe(4711);
    for (const by of [created.id, name]) expect(connectorIn(await client.show(by))).toEqual(created);
    const other = connectorIn(await client.create(sent({ name: 'd' })), 201);
    const observed = { name: '~c%', provider: '><generic_s3|amazon_aws_s3' };
    expect(listed(await client.list(observed))).toEqual({ count: 1, cloud_connectors: [created] });
    expect(listed(await client.list({ limit: 1 }, ['provider:asc', 'name:desc']))).toEqual({
      count: 2,
      cloud_connectors: [other],
    });
    const changed = connectorIn(await client.update(name, { ...created, region: 'eu-west-1', options: '' }));
    const { options: _options, ...rest } = created;
    expect(changed).toEqual({ ...rest, region: 'eu-west-1' });
    expect(connectorIn(await client.show(created.id))).toEqual(changed);
    const destroyed = await client.destroy(name);
    expect([destroyed.status, destroyed.body]).toEqual([204, '']);
    for (const gone of [created.id, name]) {
      expectRefused(await client.show(gone), 404, { id: [{ error: 'not_found' }] }, /not found/);
    }
  });
});

describe('a request', () => {
  const paths = [
    '',
    '?name=~c%25&provider=%3E%3Cgeneric_s3%7Camazon_aws_s3',
    '?url_proxy=',
    '?sort_by=name:asc%7Cid:desc',
  ];

  test.each(paths)('for a list is served as it was seen on the wire: %s', async (path) => {
    const { id } = connectorIn(await api.create(sent({ name: 'c', url_proxy: 'http://127.0.0.1:1' })), 201);
    expect(listed(await api.send('GET', path))).toMatchObject({ count: 1, cloud_connectors: [{ id }] });
  });

  test('may have no content type, or one without a body, and its JSON a line break behind it', async () => {
    const { seeded, url } = service.target;
    const headers = { authorization: seeded.key };
    const body = new TextEncoder().encode(`${JSON.stringify(sent({ name: 'bare' }))}\n`);
    const response = await fetch(`${url}/api/v2/cloud_connectors`, { method: 'POST', headers, body });
    expect(response.status).toBe(201);
    const typed = { ...headers, 'content-type': 'application/json' };
    for (const [method, path, status] of [
      ['GET', '', 200],
      ['GET', '/bare', 200],
      ['DELETE', '/bare', 204],
    ] as const) {
      expect((await service.send(method, `/api/v2/cloud_connectors${path}`, { headers: typed })).status).toBe(status);
    }
  });

  test('carries its key in Authorization, with any scheme or none', async () => {
    for (const { authorization } of Object.values(clients)) {
      const headers = { authorization: authorization(service.target.seeded.key) };
      expect((await service.send('GET', '/api/v2/cloud_connectors', { headers })).status).toBe(200);
    }
  });
});

test('the document’s own example is a connector, spelt out', async () => {
  const text = 'text';
  const example = { name: text, url: text, url_proxy: text, provider: 'generic_s3', region: text, options: text };
  const keys = { access_key: text, secret_key: text };
  const { id, ...shown } = connectorIn(await api.create({ id: 1, ...example, ...keys }), 201);
  expect(shown).toEqual({ ...example, ...keys, url: 'https://text', url_proxy: 'http://text' });
  expect(connectorIn(await api.update(text, { id: 1, ...example, ...keys }))).toEqual({ id, ...shown });
  expect(listed(await api.list())).toEqual({ count: 1, cloud_connectors: [{ id, ...shown }] });
});

describe('a name', () => {
  test('is taken once, whichever way it would be', async () => {
    const { id } = connectorIn(await api.create(sent({ name: 'c' })), 201);
    const before = await keptBy(service);
    const taken = { name: [{ error: 'taken', value: 'c' }] };
    expectRefused(await api.create(sent({ name: 'c' })), 422, taken, /^name has already been taken$/);
    expect(await keptBy(service)).toEqual(before);
    const other = connectorIn(await api.create(sent({ name: 'C' })), 201);
    expectRefused(await api.update(other.id, { name: 'c' }), 422, taken, /^name has already been taken$/);
    expect(connectorIn(await api.show(other.id))).toEqual(other);
    expect((await api.destroy(id)).status).toBe(204);
    expect(connectorIn(await api.update(other.id, { name: 'c' }))).toEqual({ ...other, name: 'c' });
  });

  test('of digits is found where no connector has that number', async () => {
    const first = connectorIn(await api.create(sent({ name: '007' })), 201);
    const second = connectorIn(await api.create(sent({ name: String(first.id) })), 201);
    const third = connectorIn(await api.create(sent({ name: '4294967296' })), 201);
    expect(connectorIn(await api.show('007'))).toEqual(first);
    expect(connectorIn(await api.show(second.name))).toEqual(first);
    expect(connectorIn(await api.show('4294967296'))).toEqual(third);
    expect((await api.destroy(first.id)).status).toBe(204);
    expect(connectorIn(await api.show(second.name))).toEqual(second);
  });
});

describe('a secret', () => {
  test('is shown only to whom it may be, of what was made here', async () => {
    const { key } = await operatorOf(service).newKey('demo', {
      scopes: ['index', 'show', 'create', 'update'].map((action) => `cloud_connectors / ${action}`),
    });
    const blind = nodeumClient(service, clients.JavaScript, key);
    const { id, secret_key } = connectorIn(await api.create(sent()), 201);
    expect(secret_key).toBe(secretOf());
    const replies = [
      await blind.show(id),
      await blind.update(id, { options: 'ro' }),
      await blind.create(sent({ name: 'e' })),
    ];
    for (const reply of replies) expect(reply.body).not.toHaveProperty('secret_key');
    expect(JSON.stringify((await blind.list()).body)).not.toContain('secret_key');
    const shown = listed(await api.list()).cloud_connectors.map((one) => one.secret_key);
    expect(shown).toEqual([secretOf(), secretOf()]);
  });

  test('of a connection that another API made never is', async () => {
    const { endpoint, bucket, region } = demoOf(service).s3;
    const headers = { 'x-api-key': service.target.seeded.key };
    const body = { ...demoOf(service).keys.s3, endpoint, bucket, region };
    expect((await service.send('POST', '/v1/api/organizations/1/buckets', { body, headers })).status).toBe(200);
    const shown = connectorIn(await api.show(bucket));
    expect(shown).toEqual({
      ...{ id: expect.any(Number), name: bucket, url: endpoint, provider: 'generic_s3', region },
      access_key: body.accessKey,
    });
    expect(connectorIn(await api.update(shown.id, { secret_key: secretOf() }))).toEqual(shown);
  });

  test('that is changed is the one that counts', async () => {
    const { id } = connectorIn(await api.create(sent()), 201);
    await expectVerified(service, id, 'connected');
    expect(connectorIn(await api.update(id, { secret_key: 'another' })).secret_key).toBe('another');
    await expectVerified(service, id, 'error');
    expect(connectorIn(await api.update(id, { secret_key: secretOf() })).secret_key).toBe(secretOf());
    await expectVerified(service, id, 'connected');
  });

  test('goes nowhere it was not stored for', async () => {
    const { id, ...created } = connectorIn(await api.create(sent()), 201);
    await expectVerified(service, id, 'connected');
    const asked = demoOf(service).s3.requests.length;
    const moves = [
      { provider: 'scality_ring' },
      { url: 'https://evil.example' },
      { url_proxy: 'http://127.0.0.1:1' },
      { access_key: 'other' },
    ];
    for (const move of moves) {
      const due = { secret_key: [{ error: 'blank' }] };
      expectRefused(await api.update(id, move), 422, due, /^secret_key must be sent again/);
    }
    expect(connectorIn(await api.show(id))).toEqual({ id, ...created });
    expect(demoOf(service).s3.requests).toHaveLength(asked);
    const moved = { provider: 'scality_ring', secret_key: secretOf() };
    expect(connectorIn(await api.update(id, moved))).toEqual({ id, ...created, ...moved });
  });
});

test('a proxy is gone through, and its password shown and kept nowhere but with the secret', async () => {
  const proxy = await proxyServer({ user: `me:${canary.secret}` });
  const address = `127.0.0.1:${proxy.port}`;
  const url_proxy = `http://me:${canary.secret}@${address}`;
  const created = connectorIn(await api.create(sent({ url_proxy })), 201);
  expect(created.url_proxy).toBe(`http://${address}`);
  await expectVerified(service, created.id, 'connected');
  const { host } = new URL(demoOf(service).s3.endpoint);
  expect(proxy.asked).toContainEqual(expect.objectContaining({ authority: host, authorization: expect.any(String) }));
  // Written back as it was read, with a new secret: the user of the proxy stays.
  const before = proxy.asked.length;
  connectorIn(await api.update(created.id, created));
  await expectVerified(service, created.id, 'connected');
  expect(proxy.asked.length).toBeGreaterThan(before);
  connectorIn(await api.update(created.id, { url_proxy: `http://me:wrong@${address}`, secret_key: secretOf() }));
  await expectVerified(service, created.id, 'error');
});

test('a role stands in the place of a key and its secret, if it is one that nobody else can have us use', async () => {
  const { roles, keys } = demoOf(service);
  const amazon = { provider: 'amazon_aws_s3', region: 'us-east-1' };
  const { id, ...created } = connectorIn(await api.create({ name: 'r', ...amazon, access_key: roles.storage }), 201);
  expect(created).toEqual({
    ...{ name: 'r', ...amazon, access_key: roles.storage },
    url: 'https://s3.us-east-1.amazonaws.com',
  });
  await expectVerified(service, id, 'connected');
  const open = await api.create({ name: 'o', ...amazon, access_key: roles.open });
  expectRefused(open, 422, { access_key: [{ error: 'invalid' }] }, /^access_key: /);
  const key = { access_key: keys.s3.accessKey, secret_key: keys.s3.secretKey };
  expect(connectorIn(await api.update(id, key))).toEqual({ id, ...created, ...key });
  expect(connectorIn(await api.update(id, { access_key: roles.storage }))).toEqual({ id, ...created });
  await expectVerified(service, id, 'connected');
});

test('of several changes at once one wins, and the others are told', async () => {
  const { id } = connectorIn(await api.create(sent()), 201);
  // How far apart they arrive is not in the test's hands, so it tries until two met.
  await vi.waitFor(
    async () => {
      const replies = await Promise.all(['ro', 'rw', 'async', 'sync'].map((options) => api.update(id, { options })));
      const refused = replies.filter(({ status }) => status !== 200);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.length).toBeLessThan(4);
      for (const reply of refused) expectRefused(reply, 409, {}, /^Another request changed this/);
    },
    { timeout: 10_000, interval: 0 },
  );
});

test('what is destroyed leaves no row and no secret', async () => {
  const before = await keptBy(service);
  const { id } = connectorIn(await api.create(sent()), 201);
  await expectVerified(service, id, 'connected');
  expect((await api.destroy(id)).status).toBe(204);
  const [rows, secrets] = await keptBy(service);
  // The job that verified it expires by itself.
  expect([(rows ?? 0) - (before[0] ?? 0), secrets]).toEqual([1, before[1]]);
});
