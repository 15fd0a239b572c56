import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { describeCause } from '../../../functions/core/records/check-cause.ts';
import type { EventContent } from '../../../infra/local/aws/eventbridge/envelope.ts';
import { demoAccount } from '../../../infra/local/demo/demo-keys.ts';
import { type Service, startService } from '../service.ts';
import { type Senders, startSenders } from '../storage-webhooks/senders.ts';
import { type Followed, type Scene, startFollowing } from './reverified.ts';
import { ask, bySecret, type Change, putSecret, triggers } from './triggers.ts';

/** Connections that were saved are looked at again: what becomes of them is noticed, shown by every API, and told. */

let senders: Senders;
let service: Service;
let scene: Scene;
beforeAll(async () => {
  senders = await startSenders();
  service = await startService({
    waits: (seconds) => seconds * 10,
    parameters: {
      ...senders.parameters,
      // Longer than the tests let pass before something happens, so that nothing is due but by what happened.
      RecheckFailingMinutes: '60',
    },
  });
  scene = await startFollowing(service);
  const { clock, followed } = scene;
  // What they were found to be when they were made is told first.
  await clock.quiet();
  await clock.sweep();
  const first = { cause: 'user', from: { status: 'unverified' }, to: { status: 'connected' } };
  await vi.waitFor(() => {
    for (const of of Object.values(followed)) expect(scene.told(of)).toMatchObject([first]);
  }, soon);
});
afterAll(async () => {
  await scene.clock.quiet();
  expect(service.target.wire.observe.queues().filter(({ bodies }) => bodies.length > 0)).toEqual([]);
  await service.expectNoLeak();
  await scene.stop();
  await Promise.all([service.stop(), senders.stop()]);
});

const soon = { timeout: 20_000, interval: 20 } as const;
/** Longer than `AnnounceSettleMinutes`: nothing flaps. */
const settled = 21;
/** Longer than the debounce. */
const debounced = 1;
/** Longer than the longest interval: a day and a tenth. */
const inItsTime = 27 * 60;

/** Makes a change and lets the service hear of it in its way. @returns what it told of the connection then */
async function toldAfter({ make, cause, looked }: Change, of: Followed) {
  const { clock, told } = scene;
  await clock.passes(settled);
  const before = told(of).length;
  await make(scene, senders);
  if (looked === 'with the next sweep') {
    await vi.waitFor(async () => {
      const { check } = await clock.connection(of.names.uid);
      expect(check.cause && describeCause(check.cause)).toBe(cause);
    }, soon);
  }
  if (looked !== 'at once') {
    await clock.passes(looked === 'in its time' ? inItsTime : debounced);
    await clock.sweep();
    // What the loop found is told by the sweep after it.
    await clock.quiet();
    await clock.sweep();
  }
  return vi.waitFor(() => {
    const since = told(of).slice(before);
    expect(since).toHaveLength(1);
    return since[0];
  }, soon);
}

describe.each(triggers)('when $is', ({ of: name, code, breaks, mends, refusesAccount }) => {
  test('what broke is noticed, shown and told, and so is what was mended', async () => {
    const { clock, apis, listed, told, operator, expectShown, expectCurrentSecret, followed } = scene;
    const of = followed[name];
    const { uid } = of.names;
    const [before, earlier] = [await listed(of), told(of).length];
    const [works, fails] = [{ status: 'connected' }, { status: 'error', code }];
    const broken = { connection: uid, from: works, to: expect.objectContaining(fails), cause: breaks.cause };
    const mended = { connection: uid, from: fails, to: works, cause: mends.cause };

    expect(await toldAfter(breaks, of)).toMatchObject(broken);
    await expectShown(of, false, before);
    await expectCurrentSecret(of);
    // The answer to the same test is kept for some minutes, so the next one is another.
    const { region: _, ...elsewhere } = of.place;
    const tested = (place: Followed['place'], works: boolean) =>
      vi.waitFor(async () => expect(await apis.nodeum.verify?.(of.names, of.row, place)).toBe(works), soon);
    if (refusesAccount) await tested(of.place, false);

    expect(await toldAfter(mends, of)).toMatchObject(mended);
    await expectShown(of, true, before);
    await expectCurrentSecret(of);
    if (refusesAccount) await tested(elsewhere, true);

    // Once: time goes on, and nothing more is told.
    await clock.passes(settled);
    await clock.sweep();
    await clock.quiet();
    expect(told(of).slice(earlier)).toMatchObject([broken, mended]);
    const { body } = await operator.get(`/connections/${uid}/history`, { limit: '2' });
    expect(body).toMatchObject({
      connection: { status: 'connected', diagnosis: null },
      entries: [
        { kind: 'verdict', from: fails, to: works, cause: mends.cause, announcedAt: expect.any(String) },
        { kind: 'verdict', from: works, to: fails, cause: breaks.cause, announcedAt: expect.any(String) },
      ],
    });
  });
});

// Nodeum shows the secret that it stored, so what an account shows changes with it, unlike what the others show.
test('the secret of an account that was changed in the vault is followed', async () => {
  const { account } = scene.followed;
  const becomes = (secret: string) =>
    toldAfter({ make: () => putSecret(scene, secret, 'account'), ...bySecret }, account);
  expect(await becomes('of-no-key')).toMatchObject({ to: { status: 'error', code: 'secret-key-wrong' } });
  await scene.expectCurrentSecret(account);
  expect(await becomes(account.place.secretKey ?? '')).toMatchObject({ to: { status: 'connected' } });
  await scene.expectCurrentSecret(account);
});

describe('an event', () => {
  const call = (account: string, more: Partial<EventContent> = {}): EventContent => ({
    ...{ account, region: 'us-east-1', source: 'aws.s3', 'detail-type': 'AWS API Call via CloudTrail' },
    ...{ resources: [], time: '2026-11-21T12:00:00Z' },
    detail: {
      ...{ eventSource: 's3.amazonaws.com', eventName: 'PutBucketPolicy' },
      requestParameters: { bucketName: 'of-nobody' },
    },
    ...more,
  });
  const forward = (event: EventContent) =>
    service.target.wire.forward(event, service.target.template.buses[0]?.name ?? '');

  test('of an account that the deployment does not name is refused, and so is a request of one that it does', async () => {
    const bucketName = scene.demo.s3.bucket;
    const { detail } = call(demoAccount);
    expect(await forward(call('999988887777', { detail: { ...detail, requestParameters: { bucketName } } }))).toBe(
      'refused',
    );
    const request = { 'detail-type': 'ReverifyRequested', detail: { all: true }, source: 'storage-connections' };
    expect(await forward(call(demoAccount, request))).toBe('refused');
  });

  test('about a bucket that nobody connected changes nothing', async () => {
    const { clock } = scene;
    await clock.quiet();
    const before = await clock.connections();
    expect(await forward(call(demoAccount))).toBe('admitted');
    await clock.quiet();
    expect(await clock.connections()).toEqual(before);
  });

  test('of a secret that an API changed makes no further check', async () => {
    const { clock, apis, followed, told } = scene;
    const { names, place } = followed.dataset;
    await clock.quiet();
    const [before, earlier] = [await clock.connection(names.uid), told(followed.dataset).length];
    const labels = () =>
      service.target.wire.observe.events().filter(({ event }) => event['detail-type'] === 'Secret Label Updated');
    const moved = labels().length;
    expect(await apis['edge-impulse'].setSecret?.(names, place.secretKey ?? '')).toMatchObject({ status: 200 });
    expect(labels().slice(moved)).toContainEqual(
      expect.objectContaining({ deliveries: [expect.objectContaining({ outcome: 'delivered' })] }),
    );
    await clock.passes(debounced);
    await clock.sweep();
    await clock.quiet();
    const after = await clock.connection(names.uid);
    expect(after.recorded).toBe((before.recorded ?? 0) + 1);
    expect(after.check.cause).toBeUndefined();
    expect(told(followed.dataset)).toHaveLength(earlier);
  });
});

test('the dataset of a connection is counted and told of while it is followed', async () => {
  const { clock, demo, datasetTold, followed, operator } = scene;
  const of = followed.dataset;
  const path = `/api/cloud/${of.names.uid}`;
  const headers = { authorization: `user_api_key:${service.target.seeded.key}` };
  const follow = async (value: 'True' | 'False') =>
    expect((await service.send('PUT', `${path}?synchronize=${value}`, { headers })).status).toBe(200);
  const { accessKey: accessKeyId, secretKey: secretAccessKey } = demo.keys.s3;
  const { endpoint, region, dataset: Bucket } = demo.s3;
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  const add = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'twelve bytes' }));
  const look = async () => {
    await clock.quiet();
    const { recorded = 0 } = await clock.connection(of.names.uid);
    await ask(scene, { connection: of.names.uid });
    await vi.waitFor(async () => expect((await clock.connection(of.names.uid)).recorded).toBe(recorded + 1), soon);
    await clock.quiet();
  };
  const inventory = async () => {
    const { body } = await operator.get(`/connections/${of.names.uid}/history`);
    return z.object({ connection: z.object({ inventory: z.unknown() }) }).parse(body).connection.inventory;
  };

  await follow('True');
  await look();
  const first = { complete: true, splits: { train: { images: { files: 1 } } } };
  expect(await inventory()).toMatchObject(first);
  await add('cval/images/train/another.png');
  await look();
  const second = { complete: true, splits: { train: { images: { files: 2 } } } };
  const counted = await inventory();
  expect(counted).toMatchObject(second);
  const changes = [
    { cause: 'request', before: null, now: first },
    { cause: 'request', before: first, now: second },
  ];
  expect(datasetTold(of)).toMatchObject(changes);

  await follow('False');
  await add('cval/images/train/a-third.png');
  await look();
  expect(await inventory()).toEqual(counted);
  expect(datasetTold(of)).toHaveLength(changes.length);
  s3.destroy();
});

test('whatever was told on the bus is in the list of the operator, and once in each', async () => {
  const { clock, operator, everythingTold } = scene;
  await clock.quiet();
  const onBus = everythingTold();
  const listed = z.object({
    events: z.array(z.object({ type: z.string(), detail: z.looseObject({ id: z.string() }) })),
  });
  // It lists nothing that was told in the last two seconds.
  const events = await vi.waitFor(async () => {
    const { events } = listed.parse((await operator.get('/events', { limit: '100' })).body);
    expect(events).toHaveLength(onBus.length);
    return events;
  }, soon);
  const byId = (all: typeof events) => Object.fromEntries(all.map(({ type, detail }) => [detail.id, { type, detail }]));
  expect(byId(events)).toEqual(byId(onBus));
  expect(Object.keys(byId(onBus))).toHaveLength(onBus.length);
});
