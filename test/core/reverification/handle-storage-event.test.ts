import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTimes } from '../../../functions/core/records/timeouts.ts';
import { parseStorageEvent } from '../../../functions/workflows/reverification/storage-event/parse-storage-event.ts';
import { storageEvent } from '../../../functions/workflows/reverification/storage-event/task.ts';
import { newAccessKeyId } from '../../../infra/local/demo/demo-keys.ts';
import { amazon, azure, checkScene, organizationId, pair } from './check-scene.ts';

const account = '111122223333';
const accessKey = newAccessKeyId('AKIA', account);

function noticing() {
  const scene = checkScene();
  return {
    ...scene,
    owned: (bucket: string, key = accessKey) =>
      scene.add({ ...amazon, bucket }, { credential: { ...pair, accessKey: key } }),
    tell: async (...events: readonly unknown[]) => {
      const Records = events.map((event, index) => ({ messageId: `m${index}`, body: JSON.stringify(event) }));
      return storageEvent.run({ Records }, scene.ports, scene.task());
    },
    cause: async (uid: string) => (await scene.get(uid)).check?.cause,
  };
}

const call = (eventName: string, requestParameters: object, more: object = {}) => ({
  source: eventName.includes('Bucket') ? 'aws.s3' : 'aws.iam',
  'detail-type': 'AWS API Call via CloudTrail',
  account,
  detail: { eventName, requestParameters, ...more },
});
const labelled = (uid: string, versionId: string) => ({
  source: 'aws.secretsmanager',
  'detail-type': 'Secret Label Updated',
  detail: { name: `prod/conn/${uid}`, labelUpdated: 'AWSCURRENT', versionId },
});
const request = (detail: object) => ({ source: 'storage-connections', 'detail-type': 'ReverifyRequested', detail });

describe('a call in the account of a bucket', () => {
  test('has the connections to that bucket of that account looked at, once, when the burst is over', async () => {
    const { owned, tell, cause, storage, work, pass } = noticing();
    const [meant, other, unknown] = [await owned('box'), await owned('other'), await owned('box', 'an old key')];
    const foreign = await owned('box', newAccessKeyId('AKIA', '444455556666'));
    await work();
    const before = storage.lists();
    for (let times = 0; times < 5; times++) await tell(call('PutBucketPolicy', { bucketName: 'box' }));
    const policy = { kind: 'event', event: 'bucket-policy' };
    expect([await cause(meant.uid), await cause(unknown.uid)]).toEqual([policy, policy]);
    expect([await cause(other.uid), await cause(foreign.uid)]).toEqual([undefined, undefined]);
    pass(checkTimes.debounce - 1);
    await work();
    expect(storage.lists()).toBe(before);
    pass(1);
    await work();
    expect(storage.lists()).toBe(before + 2);
    pass(checkTimes.lease);
    await work();
    expect(storage.lists()).toBe(before + 2);
  });

  test('about an access key concerns the connections that have it', async () => {
    const { owned, tell, cause } = noticing();
    const [mine, another] = [await owned('box'), await owned('box', newAccessKeyId('AKIA', account))];
    await tell(call('UpdateAccessKey', { accessKeyId: accessKey, status: 'Inactive' }));
    expect(await cause(mine.uid)).toEqual({ kind: 'event', event: 'access-key' });
    expect(await cause(another.uid)).toBeUndefined();
    await tell(call('DetachUserPolicy', { userName: 'somebody' }));
    expect(await cause(another.uid)).toEqual({ kind: 'event', event: 'user-policy' });
  });

  test.each([
    ['was refused', call('PutBucketPolicy', { bucketName: 'box' }, { errorCode: 'AccessDenied' })],
    ['changes nothing', call('GetBucketPolicy', { bucketName: 'box' })],
    ['has a name of JavaScript', call('constructor', { bucketName: 'box' })],
    ['names no bucket', call('PutBucketPolicy', {})],
    ['is of no account', { ...call('PutBucketPolicy', { bucketName: 'box' }), account: undefined }],
  ])('that %s is ignored', async (_, event) => {
    const { owned, tell, cause } = noticing();
    const { uid } = await owned('box');
    expect(await tell(event)).toEqual({ batchItemFailures: [] });
    expect(await cause(uid)).toBeUndefined();
  });
});

describe('a secret', () => {
  test('with another current version has its connection looked at; our own writes do not', async () => {
    const { add, tell, get, ports, work, credentials, storage } = noticing();
    const { uid, credential } = await add();
    await work();
    await tell(labelled(uid, credential.version));
    expect((await get(uid)).check?.cause).toBeUndefined();
    const version = (await credentials.rotate.add(uid, pair)) ?? '';
    await ports['credentials.rotate'].confirm(uid, version);
    await tell(labelled(uid, version));
    const before = storage.lists();
    await work();
    expect((await get(uid)).credential.version).toBe(version);
    await tell(labelled(uid, version));
    await work();
    expect(storage.lists()).toBe(before + 1);
  });

  test('of a connection that is changed through an API is looked at once, by the change', async () => {
    const { add, tell, change, get, storage, work } = noticing();
    const { uid } = await add();
    await work();
    await change(uid, 'other');
    await tell(labelled(uid, (await get(uid)).credential.version));
    await work();
    expect(storage.lists()).toBe(2);
  });

  test('of nobody is ignored', async () => {
    const { tell } = noticing();
    const names = ['prod/conn/', 'prod/conn/x', '00000000-0000-7000-8000-000000000000', 'other'];
    const events = names.map((name) => ({ ...labelled('', 'v'), detail: { ...labelled('', 'v').detail, name } }));
    expect(await tell(...events, labelled('00000000-0000-7000-8000-000000000000', 'v'))).toEqual({
      batchItemFailures: [],
    });
  });
});

describe('a request', () => {
  test('for one connection has it looked at now', async () => {
    const { add, tell, sent, work, receive, get } = noticing();
    const { uid } = await add();
    await work();
    const before = sent.length;
    await tell(request({ connection: uid }));
    expect(sent.slice(before)).toEqual([expect.objectContaining({ kind: 'check', uid })]);
    expect((await get(uid)).check?.cause).toEqual({ kind: 'request' });
    await receive(sent.at(-1));
    expect((await get(uid)).check?.cause).toBeUndefined();
  });

  test('for an organization has all of its connections looked at, and for all those of all', async () => {
    const { add, tell, cause, notices, organizations } = noticing();
    const [first, second] = [await add(), await add(azure)];
    const other = await add(amazon, { organizationId: 8 });
    await tell(request({ organization: organizationId }));
    expect([await cause(first.uid), await cause(second.uid)]).toEqual([{ kind: 'request' }, { kind: 'request' }]);
    expect(notices).toEqual([]);
    for (const id of [7, 8]) {
      const about = { id, slug: `s${id}`, name: 'n', externalId: 'e', cursorKey: 'c', createdAt: 0 };
      await organizations.create(about);
    }
    await tell(request({ all: true }));
    expect(notices.map(({ detail }) => detail)).toEqual([{ organization: 7 }, { organization: 8 }]);
    expect(other.organizationId).toBe(8);
  });

  test('for what is due makes the sweep that the schedule makes', async () => {
    const { add, tell, sent, get, pass, now } = noticing();
    const { uid } = await add();
    pass(((await get(uid)).check?.dueAt ?? 0) - now());
    await tell(request({ due: true }));
    expect(sent).toContainEqual(expect.objectContaining({ kind: 'check', uid }));
  });

  test('that cannot be followed comes again, and the others are followed', async () => {
    const { add, tell, ports, task, reported, cause } = noticing();
    const { uid } = await add();
    const failing = { ...ports, 'connections.locate': () => Promise.reject(new Error('throttled')) };
    const Records = [
      { messageId: 'bad', body: JSON.stringify(request({ connection: uid })) },
      { messageId: 'poison', body: 'no JSON' },
      { messageId: 'good', body: JSON.stringify(request({ organization: organizationId })) },
    ];
    expect(await storageEvent.run({ Records }, failing, task())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'bad' }],
    });
    expect(reported).toHaveLength(1);
    expect(await cause(uid)).toEqual({ kind: 'request' });
    expect(await tell(request({ connection: 'x', all: true }))).toEqual({ batchItemFailures: [] });
  });
});

test('whatever arrives is understood or dropped', () => {
  fc.assert(fc.property(fc.anything(), (event) => void parseStorageEvent(event)));
  const parts = fc.oneof(fc.anything(), fc.constantFrom('aws.s3', 'aws.iam', 'AWS API Call via CloudTrail', account));
  const detail = fc.record({
    eventName: fc.constantFrom('PutBucketPolicy', '__proto__', 'toString'),
    requestParameters: fc.anything(),
  });
  fc.assert(
    fc.property(
      fc.record({ source: parts, 'detail-type': parts, account: parts, detail }),
      (event) => void parseStorageEvent(event),
    ),
  );
});
