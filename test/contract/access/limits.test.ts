import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { type S3StandIn, startS3StandIn } from '../../../infra/local/storage/s3/s3-emulator.ts';
import { type Issuer, startIssuer } from '../../issuer.ts';
import { canary, canaryAccountKey } from '../canary.ts';
import { type OperatorApi, operatorOf } from '../operator.ts';
import { type Reply, type Service, startService } from '../service.ts';
import { startMoodyAzure } from '../storage/moody-azure.ts';
import { tokenParameters, tokensOf } from './access-tokens.ts';

/**
 * How often storages may be asked. A limit of so many calls a minute gives the first one back after a sixtieth of
 * that many: 12 seconds at least here, in which nothing of a test may be left.
 */
const [perKey, perOrganization, perHost] = [4, 5, 3];

/** The storage under the name of a provider, whose hosts are not counted, and under an address of its own. */
const provider = 's3.wasabisys.com';
const identity = newCertificate([provider, '127.0.0.1']);
const keyPair = { accessKey: 'AKIAOFTHISTEST', secretKey: 'theSecretOfThisTest' };

let storage: S3StandIn;
let azure: Awaited<ReturnType<typeof startMoodyAzure>>;
let issuer: Issuer;
let tokens: ReturnType<typeof tokensOf>;
let service: Service;
let api: OperatorApi;
beforeAll(async () => {
  [storage, azure, issuer] = await Promise.all([
    startS3StandIn({
      tls: identity,
      errorMessage: canary.remote,
      keys: [{ ...keyPair, rights: [{ bucket: 'photos', actions: ['list', 'put'] }] }],
      buckets: [{ name: 'photos', region: 'us-east-1' }],
    }),
    startMoodyAzure(),
    startIssuer(),
  ]);
  tokens = tokensOf(issuer);
  const token = tokenParameters(issuer);
  service = await startService({
    demo: false,
    waits: (seconds) => seconds * 10,
    parameters: {
      ...token,
      EgressAllow: [token.EgressAllow, ...[storage, azure].map(({ port }) => `127.0.0.1:${port}`)].join(),
      EgressCa: identity.cert,
      ConnectTo: `${provider}:443:127.0.0.1:${storage.port}`,
      LimitPerKey: `${perKey}`,
      LimitPerOrganization: `${perOrganization}`,
      LimitPerHost: `${perHost}`,
      UnsavedJobs: '1',
    },
  });
  api = operatorOf(service);
});
afterAll(async () => {
  await service.expectNoLeak();
  await api.expectNoSecret();
  await tokens.expectNoToken(service);
  await Promise.all([service.stop(), storage.stop(), azure.stop(), issuer.stop()]);
});

const bucket = (endpoint = `https://${provider}`) => ({ ...keyPair, endpoint, bucket: 'photos', region: 'us-east-1' });
const ownAddress = () => bucket(storage.url);

/** Whoever calls an organization's buckets with these headers. */
function callerWith(organization: number, headers: Readonly<Record<string, string>>) {
  const buckets = `/v1/api/organizations/${organization}/buckets`;
  const post = (below: string, body: object) =>
    service.send('POST', buckets + below, { body, headers: { ...headers } });
  return {
    verify: (body: object) => post('/verify', body),
    add: (body: object) => post('', body),
    list: () => service.send('GET', buckets, { headers: { ...headers } }),
  };
}
type Caller = ReturnType<typeof callerWith>;

/** An organization of this name, and a caller for each of so many keys. */
async function callersOf(slug: string, count: number) {
  const { id } = await api.newOrganization(slug);
  const made = Array.from({ length: count }, () => api.newKey(slug));
  const callers = (await Promise.all(made)).map(({ key }) => callerWith(id, { 'x-api-key': key }));
  const [first, second = first, third = first] = callers;
  if (!first || !second || !third) throw new Error('There has to be a key.');
  return { id, first, second, third };
}

const expectStatus = async (status: 'connected' | 'connecting' | 'error', reply: Promise<Reply>): Promise<void> => {
  expect(await reply).toMatchObject({ status: 200, body: { success: true, connectionStatus: status } });
};

/** Fails unless the answer says when to come back: in whole seconds, no more than so many. */
async function expectTooMany(most: number, reply: Promise<Reply>): Promise<void> {
  const { status, headers, body } = await reply;
  const seconds = headers.get('retry-after') ?? '';
  expect(seconds).toMatch(/^[1-9][0-9]*$/);
  expect(Number(seconds)).toBeLessThanOrEqual(most);
  const error = `Too many requests. Try again in ${seconds} seconds.`;
  expect([status, headers.get('content-type'), body]).toEqual([429, 'application/json', { success: false, error }]);
}

const retryAfter = { key: 60 / perKey, organization: 60 / perOrganization, host: 60 / perHost } as const;

describe('verifications are limited', () => {
  test('by key, whatever is guessed, and by organization; the storage is not asked', async () => {
    const { id, first, second, third } = await callersOf('guessing', 3);
    for (let guess = 0; guess < perKey; guess++) {
      await expectStatus('error', first.verify({ ...bucket(), secretKey: `${canary.secret}${guess}` }));
    }
    const before = storage.requests.length;
    await expectTooMany(retryAfter.key, first.verify(bucket()));
    await expectTooMany(retryAfter.key, first.add(bucket()));
    expect(storage.requests).toHaveLength(before);
    expect(await first.list()).toMatchObject({ status: 200, body: { buckets: [] } });

    // What its key was refused, the organization still has.
    await expectStatus('connected', second.verify(bucket()));
    await expectTooMany(retryAfter.organization, third.verify(bucket()));
    expect(storage.requests).toHaveLength(before + 1);
    const { body } = await api.get(`/organizations/${id}/audit`, { limit: '4' });
    const refused = { outcome: 'refused', status: 429, reason: 'too-many', connections: [] };
    const verify = { action: 'connection.verify' };
    expect(body).toMatchObject({
      entries: [
        { ...verify, ...refused },
        { ...verify, outcome: 'done', verdict: 'connected' },
        { action: 'connection.create', ...refused },
        { ...verify, ...refused },
      ],
    });
  });

  test('by the holder of tokens, of which a new one has no more', async () => {
    const { id } = await callersOf('with-tokens', 1);
    const holder = (sub: string, jti: string) =>
      callerWith(id, { authorization: `Bearer ${tokens.tokenFor('with-tokens', { claims: { sub, jti } })}` });
    for (let call = 0; call < perKey; call++) {
      await expectStatus('connected', holder('ada', `${call}`).verify(bucket()));
    }
    await expectTooMany(retryAfter.key, holder('ada', 'new').verify(bucket()));
    await expectStatus('connected', holder('bob', 'new').verify(bucket()));
  });

  test('by host, for all organizations together, but for a provider’s own', async () => {
    const [one, other] = [await callersOf('one', 1), await callersOf('other', 1)];
    for (let call = 0; call < perHost; call++) await expectStatus('connected', one.first.verify(ownAddress()));
    const before = storage.requests.length;
    await expectTooMany(
      retryAfter.host,
      other.first.verify({ ...ownAddress(), bucket: 'another', prefix: 'elsewhere/' }),
    );
    expect(storage.requests).toHaveLength(before);
    await expectStatus('connected', other.first.verify(bucket()));
    // Another port is another host.
    await expectStatus('error', other.first.verify(bucket('http://127.0.0.1:1')));
  });
});

describe('verifications that nobody saved', () => {
  test('have so many places at a time, and asking how far they are takes none', async () => {
    const [one, other] = [await callersOf('first-come', 1), await callersOf('late', 1)];
    const [early, late] = [azure.body('early', canaryAccountKey), azure.body('late', canaryAccountKey)];
    azure.be({ status: 409, code: 'ContainerBeingDeleted' });
    await expectStatus('connecting', one.first.verify(early));
    const secrets = service.target.wire.observe.secrets().length;
    await expectTooMany(15, other.first.verify(late));
    expect(service.target.wire.observe.secrets()).toHaveLength(secrets);

    for (let call = 1; call < perKey; call++) await expectStatus('connected', one.first.verify(bucket()));
    await expectTooMany(retryAfter.key, one.first.verify(bucket()));
    for (let poll = 0; poll < 2 * perKey; poll++) await expectStatus('connecting', one.first.verify(early));
    azure.be('well');
    const settled = (caller: Caller, body: object) =>
      vi.waitFor(() => expectStatus('connected', caller.verify(body)), { timeout: 10_000, interval: 50 });
    await settled(one.first, early);
    await vi.waitFor(async () => expect(await placesTaken()).toEqual([]), { timeout: 10_000, interval: 50 });
    await expectStatus('connecting', other.first.verify(late));
    await settled(other.first, late);
  });
});

const places = z.object({ item: z.object({ places: z.object({ M: z.record(z.string(), z.unknown()) }) }) });

/** Names of the unsaved jobs that have a place. */
async function placesTaken(): Promise<readonly string[]> {
  const rows = (await service.target.wire.observe.rows()).flatMap((row) => places.safeParse(row).data ?? []);
  expect(rows).toHaveLength(1);
  return rows.flatMap(({ item }) => Object.keys(item.places.M));
}
