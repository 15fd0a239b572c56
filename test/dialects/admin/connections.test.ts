import { beforeEach, describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { newUid } from '../../../functions/core/uid.ts';
import { listConnections } from '../../../functions/dialects/admin/list-connections/endpoint.ts';
import { readHistory } from '../../../functions/dialects/admin/read-history/endpoint.ts';
import { connectionAt, failedAt, inventory, minute, newScene, type Scene, start } from './connections-scene.ts';
import { problemOf } from './operator-request.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await newScene();
});

const wrong = diagnose('secret-key-wrong');
const told = { code: wrong.code, field: 'secretKey', text: wrong.sentence, remedy: wrong.remedy };

describe('the connections of an organization', () => {
  const list = async (organization = 'one', query = {}) =>
    (await listConnections.run(scene.request({ path: { organization }, query }), scene.ports)).body;

  test('are shown newest first, with how they are and when they are looked at next', async () => {
    const well = connectionAt(start);
    const failing = connectionAt(start + minute, {
      target: { provider: 's3', vendor: 'wasabi', endpoint: 'https://s3.wasabisys.com', prefix: '' },
      verification: { status: 'error', since: start, verifiedAt: start + minute, diagnosis: wrong },
      check: { dueAt: start + 5 * minute, failures: 2, claim: 'c', cause: { kind: 'event', event: 'bucket-policy' } },
      dataset: { complete: false, missing: ['images/val'] },
      inventory: { ...inventory(3), newestChange: start },
    });
    await scene.add(well);
    await scene.add(failing);
    const common = { id: 1, organization: 1, name: 'acme', provider: 's3' };
    expect(await list()).toEqual({
      connections: [
        {
          ...{ ...common, uid: failing.uid, vendor: 'wasabi', bucket: null, status: 'error', diagnosis: told },
          ...{ since: '2026-11-21T10:00:00.000Z', lastCheck: '2026-11-21T10:01:00.000Z' },
          ...{ nextCheck: '2026-11-21T10:05:00.000Z', checking: true, failures: 2, cause: 'event: bucket-policy' },
          warnings: [],
          dataset: { complete: false, missing: ['images/val'], diagnosis: null },
          inventory: {
            ...{ takenAt: '2026-11-21T10:00:00.000Z', newestChange: '2026-11-21T10:00:00.000Z' },
            ...{ complete: true, splits: inventory(3).splits },
          },
        },
        {
          ...{ ...common, uid: well.uid, vendor: null, bucket: 'acme', status: 'connected', diagnosis: null },
          ...{ since: '2026-11-21T10:00:00.000Z', lastCheck: '2026-11-21T10:00:00.000Z' },
          ...{ nextCheck: null, checking: false, failures: 0, cause: null, dataset: null, inventory: null },
          warnings: [],
        },
      ],
      next: null,
    });
    expect(await list('2')).toEqual({ connections: [], next: null });
  });

  test('say what is not known, and of one that the loop gave up that it was interrupted', async () => {
    await scene.add(
      connectionAt(start, {
        verification: { status: 'connecting', since: start, job: start },
        dataset: { unknown: wrong },
      }),
    );
    const unknown = { dataset: { complete: null, missing: [], diagnosis: told } };
    expect(await list()).toMatchObject({ connections: [{ status: 'connecting', lastCheck: null, ...unknown }] });
    scene.pass(24 * 60 * minute);
    expect(await list()).toMatchObject({ connections: [{ status: 'error', diagnosis: { code: 'interrupted' } }] });
  });

  test('hold no secret and nothing of the credential', async () => {
    await scene.add(
      connectionAt(start, { credential: { kind: 'account-key', accessKey: 'CANARY', version: 'CANARY' } }),
    );
    expect(JSON.stringify(await list())).not.toContain('CANARY');
  });

  test('come in pages, also after one that is gone', async () => {
    const uids = [0, 1, 2, 3, 4].map((index) => connectionAt(start + index)).map((one) => one.uid);
    for (const [index] of uids.entries()) await scene.add(connectionAt(start + index));
    const [, second, third, fourth] = uids.toReversed();
    const first = await list('one', { limit: '2' });
    expect(first).toMatchObject({ connections: [{}, { uid: second }], next: second });
    const seen = await scene.connections.write.byUid(1, String(second));
    if (!seen) throw new Error('There is no second connection.');
    await scene.connections.write.remove(seen, { organizationId: 1, uid: seen.uid, dueAt: 0 });
    expect(await list('one', { limit: '2', after: second })).toMatchObject({
      connections: [{ uid: third }, { uid: fourth }],
      next: fourth,
    });
    expect(await list('one', { limit: '1', after: fourth })).toMatchObject({
      connections: [{ uid: uids[0] }],
      next: null,
    });
  });

  test('are asked for in an organization that is there, by a page that can be', async () => {
    expect(await problemOf(list('three'))).toEqual({ kind: 'not-found' });
    expect(await problemOf(list('one', { limit: '1001', after: 'x' }))).toMatchObject({
      faults: [{ field: 'limit' }, { field: 'after' }],
    });
    expect(await list('one', { limit: '1000' })).toMatchObject({ next: null });
  });
});

describe('the history of a connection', () => {
  const read = async (connection: string, query = {}) =>
    (await readHistory.run(scene.request({ path: { connection }, query }), scene.ports)).body;

  test('has its verdicts and datasets, newest first, with what is known of it now', async () => {
    const connection = connectionAt(start);
    const { uid } = connection;
    await scene.add(connection);
    await scene.announce(failedAt(uid, start), start + minute);
    const later = { ...failedAt(uid, start + minute), kind: 'dataset', now: inventory(2) } as const;
    const { from: _, ...first } = { ...failedAt(uid, start + 2 * minute), from: undefined };
    scene.history.put([
      { entry: { ...later, cause: { kind: 'user' }, before: inventory(1) }, announceAt: 0 },
      { entry: { ...first, kind: 'verdict', to: { status: 'connected' } }, announceAt: 0 },
    ]);
    const shown = (files: number) => ({
      ...{ takenAt: '2026-11-21T10:00:00.000Z', newestChange: null, complete: true },
      splits: inventory(files).splits,
    });
    expect(await read(uid)).toEqual({
      connection: expect.objectContaining({ uid, status: 'connected', organization: 1 }),
      entries: [
        expect.objectContaining({ kind: 'verdict', from: null, to: { status: 'connected' } }),
        {
          ...{ id: later.id, at: '2026-11-21T10:01:00.000Z', kind: 'dataset', cause: 'user', announcedAt: null },
          ...{ before: shown(1), now: shown(2) },
        },
        {
          ...{ id: failedAt(uid, start).id, at: '2026-11-21T10:00:00.000Z', kind: 'verdict', cause: 'schedule' },
          ...{ from: { status: 'connected' }, to: { status: 'error', code: 'secret-key-wrong' }, diagnosis: told },
          announcedAt: '2026-11-21T10:01:00.000Z',
        },
      ],
      next: null,
    });
    expect(await read(uid, { limit: '1' })).toMatchObject({ entries: [{}], next: first.id });
    expect(await read(uid, { limit: '1', after: first.id })).toMatchObject({ entries: [{ kind: 'dataset' }] });
  });

  test('may be empty', async () => {
    const connection = connectionAt(start);
    await scene.add(connection);
    expect(await read(connection.uid)).toMatchObject({ connection: {}, entries: [], next: null });
  });

  test('is there for one that was removed, as long as it is kept', async () => {
    const { uid } = connectionAt(start);
    const entry = failedAt(uid, start);
    await scene.announce(entry, start);
    expect(await read(uid)).toMatchObject({ connection: null, entries: [{ id: entry.id }], next: null });
    expect(await read(uid, { after: entry.id })).toEqual({ connection: null, entries: [], next: null });
    scene.pass(366 * 24 * 60 * minute);
    expect(await problemOf(read(uid))).toEqual({ kind: 'not-found' });
    expect(await problemOf(read(uid, { after: entry.id }))).toEqual({ kind: 'not-found' });
  });

  test.each(['', 'x', newUid(start, () => 0), newUid(start, () => 0.5).toUpperCase()])(
    'of %j is not there',
    async (uid) => {
      expect(await problemOf(read(uid))).toEqual({ kind: 'not-found' });
    },
  );
});
