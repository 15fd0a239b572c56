import { beforeEach, describe, expect, test } from 'vitest';
import { newUid } from '../../../functions/core/uid.ts';
import { reverify } from '../../../functions/dialects/admin/reverify/endpoint.ts';
import { connectionAt, newScene, type Scene, start } from './connections-scene.ts';
import { linesOf, problemOf } from './operator-request.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await newScene();
});
const ask = (body: unknown, ports: Partial<Scene['ports']> = {}) =>
  reverify.run(scene.request({ body }), { ...scene.ports, ...ports });

describe('a request for checks', () => {
  test('of a connection is on the bus and in its organization’s trail', async () => {
    const connection = connectionAt(start, { organizationId: 2 });
    const { uid } = connection;
    await scene.add(connection);
    expect(await ask({ connection: uid, organization: null })).toMatchObject({
      ...{ status: 202, body: { requested: { connection: uid } } },
    });
    expect(scene.published).toEqual([{ type: 'ReverifyRequested', detail: { connection: uid } }]);
    expect(linesOf(scene.audit)).toEqual([`2 connection.verify done 202 ${uid}`]);
  });

  test.each(['two', '2', 2])('of an organization, named %j, likewise', async (organization) => {
    expect(await ask({ organization })).toMatchObject({ status: 202, body: { requested: { organization: 2 } } });
    expect(scene.published).toEqual([{ type: 'ReverifyRequested', detail: { organization: 2 } }]);
    expect(linesOf(scene.audit)).toEqual(['2 connection.verify done 202']);
  });

  test.each([{ all: true }, { due: true }])('%j is in no organization’s trail', async (body) => {
    expect(await ask(body)).toMatchObject({ status: 202, body: { requested: body } });
    expect(scene.published).toEqual([{ type: 'ReverifyRequested', detail: body }]);
    expect(linesOf(scene.audit)).toEqual([]);
  });

  test.each([
    { connection: newUid(start, () => 0) },
    { connection: 'CANARY' },
    { connection: '' },
    { organization: 'three' },
    { organization: 3 },
    { organization: 0 },
    { organization: 'No Body' },
  ])('%j names nothing', async (body) => {
    expect(await problemOf(ask(body))).toEqual({ kind: 'not-found' });
    expect([scene.published, linesOf(scene.audit)]).toEqual([[], []]);
  });

  test.each([{}, { all: null }, { all: true, due: true }, { organization: 1, connection: 'x' }, { color: 'red' }])(
    '%j does not say what',
    async (body) => {
      expect(await problemOf(ask(body))).toEqual({
        ...{ kind: 'malformed' },
        message: 'The request body must have exactly one of connection, organization, all and due.',
      });
      expect(scene.published).toEqual([]);
    },
  );

  test('of wrong types says what each should be', async () => {
    expect(await problemOf(ask({ connection: 1, organization: [], all: false, due: 'yes' }))).toMatchObject({
      faults: [
        { field: 'connection', message: 'must be a string' },
        { field: 'organization', message: 'is not valid' },
        { field: 'all', message: 'must be one of: true' },
        { field: 'due', message: 'must be one of: true' },
      ],
    });
    for (const body of [undefined, [], 'all']) expect(await problemOf(ask(body))).toMatchObject({ kind: 'malformed' });
  });

  test('that the bus does not take failed, in the trail too', async () => {
    const failing = async () => {
      throw new Error('The bus is gone.');
    };
    await expect(ask({ organization: 1 }, { 'events.publish': failing })).rejects.toThrow('The bus is gone.');
    expect(linesOf(scene.audit)).toEqual(['1 connection.verify failed 500']);
  });
});
