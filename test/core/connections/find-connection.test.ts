import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findByUid, findConnection } from '../../../functions/core/connections/find-connection.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import { newUid } from '../../../functions/core/uid.ts';
import { memoryConnections } from '../../memory/connections.ts';

const connection = (uid: string, id: number, organizationId: number, name = uid): Connection => ({
  ...{ uid, id, organizationId, name, revealable: true, synchronize: false },
  target: { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'box', prefix: '' },
  credential: { kind: 'access-key-pair', accessKey: 'name', version: 'v' },
  verification: { status: 'unverified', since: 0 },
  ...{ createdAt: 0, updatedAt: 0, version: 1 },
});

async function holding(...connections: readonly Connection[]) {
  const { write } = memoryConnections();
  for (const each of connections) await write.create(each, 'shared');
  return write;
}
const [older, newer] = [newUid(1, Math.random), newUid(2, Math.random)];

test('a connection is found by number, uid or name, a name being that of the oldest', async () => {
  const held = await holding(connection(older, 1, 7, 'box'), connection(newer, 2, 7, 'box'));
  expect(await findConnection(held, 7, { id: 2 })).toMatchObject({ uid: newer });
  expect(await findConnection(held, 7, { uid: newer })).toMatchObject({ id: 2 });
  expect(await findConnection(held, 7, { name: 'box' })).toMatchObject({ uid: older });
  for (const which of [{ id: 3 }, { uid: 'x' }, { name: 'none' }]) {
    expect(await findConnection(held, 7, which)).toBeUndefined();
    expect(await findConnection(held, 8, which)).toBeUndefined();
  }
});

test('a uid is found in any of the organizations given and in no other, in any case', async () => {
  const held = await holding(connection(older, 1, 7), connection(newer, 1, 8));
  expect(await findByUid(held, [{ id: 7 }, { id: 8 }], newer)).toMatchObject({ organizationId: 8 });
  expect(await findByUid(held, [{ id: 7 }, { id: 8 }], older.toUpperCase())).toMatchObject({ organizationId: 7 });
  expect(await findByUid(held, [{ id: 7 }, { id: 9 }], newer)).toBeUndefined();
  expect(await findByUid(held, [], newer)).toBeUndefined();
});

test('what is no UUID is not even looked for', async () => {
  const read = async () => {
    throw new Error('It was looked for.');
  };
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom(`${older} `, `{${older}}`, older.replaceAll('-', ''), `\n${older}`),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      expect(await findByUid({ byId: read, byUid: read, all: read }, [{ id: 7 }], text)).toBeUndefined();
    }),
  );
});
