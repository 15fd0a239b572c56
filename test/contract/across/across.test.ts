import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { operatorOf } from '../operator.ts';
import { type Reply, type Service, startService } from '../service.ts';
import { type Api, apisOf, type Names, type State } from './across-apis.ts';
import { type ApiName, apiNames, type Place, type Row, rows } from './across-rows.ts';

/** One record, four views: what is made through one API, seen, verified, changed and removed through the others. */
let service: Service;
let apis: Readonly<Record<ApiName, Api>>;
/** The same, for a key that may not see secrets. */
let blind: Readonly<Record<ApiName, Api>>;
beforeAll(async () => {
  service = await startService({ waits: (seconds) => seconds * 10 });
  apis = apisOf(service, service.target.seeded.key);
  const scopes = ['list', 'read', 'create', 'update', 'delete', 'verify'].map((scope) => `connections:${scope}`);
  blind = apisOf(service, (await operatorOf(service).newKey('demo', { scopes })).key);
});
afterAll(async () => {
  await service.expectNoLeak();
  await service.stop();
});

const soon = { timeout: 20_000, interval: 50 } as const;
const showing = (row: Row) => apiNames.filter((name) => row[name] !== undefined);
const demo = () => {
  const { demo } = service.target;
  if (!demo) throw new Error('The demo storage was not started.');
  return demo;
};
const numbered = z.object({ id: z.int() });
const keptRow = z.object({ item: z.object({ sk: z.object({ S: z.string().check(z.startsWith('CONN#')) }) }) });
const keptUids = async (): Promise<readonly string[]> =>
  (await service.stored()).flatMap((row) => keptRow.safeParse(row).data?.item.sk.S.slice('CONN#'.length) ?? []);

/** What the only connection there is is called. Where no API tells its uid, it is looked up. */
async function namesOfOnly(by: readonly ApiName[]): Promise<Names> {
  const { id } = numbered.parse((await apis.nodeum.list())[0]);
  if (by.includes('avala')) return { id, uid: z.object({ uid: z.string() }).parse((await apis.avala.list())[0]).uid };
  if (by.includes('cval')) return { id, uid: z.object({ id: z.string() }).parse((await apis.cval.list())[0]).id };
  return { id, uid: z.string().parse((await keptUids())[0]) };
}

/** Fails unless each API lists the connection as it is, or not at all. @returns what each API lists */
async function expectListed(row: Row, state: State, names: Names, by = showing(row)): Promise<readonly unknown[]> {
  const lists = await Promise.all(apiNames.map((name) => apis[name].list()));
  for (const [index, name] of apiNames.entries()) {
    const of = apis[name];
    const shown = by.includes(name) ? [expect.objectContaining(of.shown(row, state, names))] : [];
    expect([name, lists[index]]).toEqual([name, shown]);
    const { secretKey, shownSecret = secretKey } = state.place;
    const [one] = lists[index] ?? [];
    if (of.secretIn && one !== undefined) expect(of.secretIn(one)).toBe(state.revealable ? shownSecret : undefined);
    else expectWithout(state.place, one);
  }
  return lists;
}

/** The same, and fails unless each API shows it by itself as in its list. */
async function expectSeen(row: Row, state: State, names: Names, by = showing(row)): Promise<void> {
  const lists = await expectListed(row, state, names, by);
  const replies = await Promise.all(apiNames.map((name) => apis[name].calls(names)[0]()));
  for (const [index, name] of apiNames.entries()) {
    const { status, body } = replies[index] ?? {};
    if (by.includes(name)) expect([name, [apis[name].one(body)]]).toEqual([name, lists[index]]);
    else expect([name, status]).toEqual([name, 404]);
  }
}

function expectWithout({ secretKey, secretPart = secretKey }: Place, answer: unknown): void {
  if (secretPart !== undefined) expect(JSON.stringify(answer) ?? '').not.toContain(secretPart);
}

/** Fails if the secret is seen by somebody who may not see secrets, where others do. */
async function expectUnrevealed(names: Names, name: ApiName, place: Place): Promise<void> {
  const [list, { status, body }] = await Promise.all([blind[name].list(), blind[name].calls(names)[0]()]);
  expect([status, list]).toEqual([200, [blind[name].one(body)]]);
  expectWithout(place, list);
}

async function expectVerified(api: Api, names: Names, row: Row, place: Place, works: boolean): Promise<void> {
  await vi.waitFor(async () => expect(await api.verify?.(names, row, place)).toBe(works), soon);
}

/** Waits until the loop has decided, where it does. */
const settled = (names: Names): Promise<void> =>
  vi.waitFor(async () => {
    const [show] = apis['edge-impulse'].calls(names);
    expect(await show()).toMatchObject({ body: { bucket: { connected: true } } });
  }, soon);

/** Fails unless it is in no API's list, and the one that made it does not know it any more. */
async function expectGone(row: Row, state: State, names: Names, maker: ApiName): Promise<void> {
  await expectListed(row, state, names, []);
  expect(await apis[maker].calls(names)[0]()).toMatchObject({ status: 404 });
}

/** What a walk that failed leaves behind would fail the next one too. */
beforeEach(() =>
  onTestFailed(async () => {
    for (const connector of await apis.nodeum.list()) {
      await lastOf(apis.nodeum.calls({ ...numbered.parse(connector), uid: '' }))();
    }
  }),
);

const lastOf = <T>(calls: readonly [T, ...T[]]): T => calls.at(-1) ?? calls[0];
const done = async (answering: Promise<Reply> | undefined): Promise<void> => {
  const reply = await answering;
  expect([200, 201, 204], JSON.stringify(reply?.body)).toContain(reply?.status);
};

/**
 * The walks of a storage: every pair of APIs that no storage before it had, or else one of its pairs. Whatever walks,
 * all APIs are looked at.
 */
const pairsOf = (row: Row): readonly (readonly [ApiName, ApiName])[] => {
  const ofRow = (one: Row) =>
    one.madeBy.flatMap((maker) => showing(one).flatMap((other) => (other === maker ? [] : [[maker, other] as const])));
  const before = new Set(rows.slice(0, rows.indexOf(row)).flatMap((one) => ofRow(one).map(String)));
  const own = ofRow(row);
  const fresh = own.filter((pair) => !before.has(String(pair)));
  return fresh.length > 0 ? fresh : own.slice(0, 1);
};

describe.each(rows)('$is', (row) => {
  const pairs = pairsOf(row);

  test.for(pairs)('for a bucket, made through %s, lives and ends through %s', async ([maker, other]) => {
    const place = row.place(demo());
    await done(apis[maker].create?.(row, place));
    const names = await namesOfOnly(showing(row));
    if (row.isNamedAfterwards) await done(apis.nodeum.setVendor?.(names, row, place));
    const sendsRegion = maker !== 'cval' && place.region !== undefined;
    let state: State = {
      ...{ place, prefix: '', synchronize: false, connected: true, revealable: maker === 'cval' },
      name: maker === 'avala' ? 'across' : place.bucket,
      ...(sendsRegion && { region: place.region }),
    };
    await settled(names);
    await expectSeen(row, state, names);
    await expectUnrevealed(names, other, place);

    const through = apis[other];
    if (through.verify) await expectVerified(through, names, row, place, true);
    if (through.change) {
      state = { ...state, ...(await through.change(names)) };
      await expectListed(row, state, names);
    }
    if (through.setSecret && place.secretKey !== undefined && place.wrongSecret !== undefined) {
      // Edge Impulse asks the storage first, where that answers at once, and keeps what works.
      if (other === 'edge-impulse' && row['edge-impulse'] !== 'azure') {
        expect(await through.setSecret(names, place.wrongSecret)).toMatchObject({ status: 400 });
        await expectListed(row, state, names);
        await done(lastOf(through.calls(names))());
        await expectGone(row, state, names, maker);
        return;
      }
      await done(through.setSecret(names, place.wrongSecret));
      for (const api of [apis['edge-impulse'], ...(row.avala ? [apis.avala] : [])]) {
        await expectVerified(api, names, row, place, false);
      }
      const broken = { ...state, connected: false, place: { ...place, secretKey: place.wrongSecret } };
      await expectListed(row, broken, names);
      await done(through.setSecret(names, place.secretKey));
      await settled(names);
      await expectListed(row, state, names);
    }
    await done(lastOf(through.calls(names))());
    await expectGone(row, state, names, maker);
  });
});

describe.each(rows.filter(({ isTriedForAccounts }) => isTriedForAccounts))('$is', (row) => {
  test('for an account, made through nodeum, is nowhere else but under its number', async () => {
    const place = row.place(demo());
    await done(apis.nodeum.create?.(row, place));
    const names = await namesOfOnly(['nodeum']);
    const state: State = {
      ...{ place, name: 'across', prefix: '', synchronize: false, connected: true, revealable: true },
      ...(place.region !== undefined && { region: place.region }),
    };
    await expectListed(row, state, names, ['nodeum']);
    await expectUnrevealed(names, 'nodeum', place);
    for (const name of ['edge-impulse', 'avala', 'cval'] as const) {
      for (const call of apis[name].calls(names)) expect([name, await call()]).toMatchObject([name, { status: 404 }]);
    }
    // With the bucket of the request, its secret serves Edge Impulse's verification of what is not saved.
    const { endpoint, bucket, accessKey } = place;
    const sent = { storageProvider: row['edge-impulse'], bucketId: names.id, endpoint, bucket, accessKey };
    const verify = () => service.verify({ ...sent, region: place.region });
    const isConnected = async () => expect((await verify()).body).toMatchObject({ connectionStatus: 'connected' });
    await vi.waitFor(isConnected, soon);

    const changed = { ...state, ...(await apis.nodeum.change?.(names)) };
    await expectListed(row, changed, names, ['nodeum']);
    await expectVerified(apis.nodeum, names, row, place, true);
    await done(lastOf(apis.nodeum.calls(names))());
    await expectGone(row, changed, names, 'nodeum');
    expect(await verify()).toMatchObject({ status: 404 });
  });
});

test('nothing is left of any of them', async () => {
  expect(await keptUids()).toEqual([]);
  expect(service.target.wire.observe.secrets().filter(({ name }) => name.includes('/conn/'))).toEqual([]);
});

test('every API has a place in the table, and every pair of them meets in it', () => {
  const pairs = rows.flatMap((row) => row.madeBy.flatMap((maker) => showing(row).map((other) => `${maker} ${other}`)));
  const makers = ['edge-impulse', 'avala', 'cval'];
  expect(new Set(pairs)).toEqual(new Set(makers.flatMap((maker) => apiNames.map((other) => `${maker} ${other}`))));
});
