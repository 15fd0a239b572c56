import { beforeEach, expect, test } from 'vitest';
import { announcedBefore } from '../../../functions/core/events/event-id.ts';
import { newUid } from '../../../functions/core/uid.ts';
import { listEvents } from '../../../functions/dialects/admin/list-events/endpoint.ts';
import { failedAt, minute, newScene, type Scene, start } from './connections-scene.ts';
import { problemOf } from './operator-request.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await newScene();
});
const list = async (query = {}) => (await listEvents.run(scene.request({ query }), scene.ports)).body;

const uid = newUid(start, () => 0.5);
const idAt = (at: number, found = at) => `2026-11-21/${at}#${failedAt(uid, found).id}`;
/** As it is listed. */
const eventAt = (at: number) => ({
  ...{ id: idAt(at), publishedAt: new Date(at).toISOString(), type: 'ConnectionVerificationChanged' },
  detail: expect.objectContaining({ connection: uid, to: expect.objectContaining({ status: 'error' }) }),
});

test('events come oldest first, page by page, and a tail goes on from the last', async () => {
  expect(await list()).toEqual({ events: [], next: null });
  const times = [start, start + minute, start + 2 * minute];
  for (const at of times) await scene.announce(failedAt(uid, at), at);
  scene.pass(3 * minute);
  expect(await list()).toEqual({ events: times.map(eventAt), next: idAt(start + 2 * minute) });
  expect(await list({ limit: '2' })).toEqual({ events: times.slice(0, 2).map(eventAt), next: idAt(start + minute) });
  const last = idAt(start + 2 * minute);
  expect(await list({ after: idAt(start + minute) })).toMatchObject({ events: [{ id: last }], next: last });
  expect(await list({ after: last })).toEqual({ events: [], next: last });
});

test('or from a moment on, whether or not there was one then', async () => {
  await scene.announce(failedAt(uid, start), start);
  await scene.announce(failedAt(uid, start + minute), start + minute);
  scene.pass(3 * minute);
  const from = (at: number) => list({ from: new Date(at).toISOString() });
  expect(await from(start)).toMatchObject({ events: [{}, {}] });
  expect(await from(start + 1)).toMatchObject({ events: [eventAt(start + minute)] });
  const later = start + 2 * minute;
  expect(await from(later)).toEqual({ events: [], next: announcedBefore(later) });
  // `after` goes further than `from`.
  expect(await list({ from: new Date(start).toISOString(), after: idAt(start) })).toMatchObject({ events: [{}] });
});

test('those of the last seconds wait until nothing can come in before them', async () => {
  await scene.announce(failedAt(uid, start), start);
  scene.pass(1_999);
  expect(await list()).toEqual({ events: [], next: null });
  await scene.announce(failedAt(uid, start + 1_999), start + 1_999);
  scene.pass(1);
  expect(await list()).toMatchObject({ events: [{ id: idAt(start) }], next: idAt(start) });
  expect(await list({ after: idAt(start) })).toEqual({ events: [], next: idAt(start) });
  // One that another function wrote down late.
  await scene.announce(failedAt(uid, start + 1_500), start + 1_500);
  scene.pass(2_000);
  expect(await list({ after: idAt(start) })).toMatchObject({
    events: [{ id: idAt(start + 1_500) }, { id: idAt(start + 1_999) }],
  });
});

test('a page of which some have to wait ends before them, though there are more', async () => {
  for (const at of [start, start + 2_500, start + 2_600]) await scene.announce(failedAt(uid, at), at);
  scene.pass(3_000);
  expect(await list({ limit: '2' })).toEqual({ events: [eventAt(start)], next: idAt(start) });
});

test('a query that is wrong is refused', async () => {
  expect(await problemOf(list({ limit: '101', after: 'x', from: 'today' }))).toMatchObject({
    faults: [{ field: 'limit' }, { field: 'after' }, { field: 'from' }],
  });
});
