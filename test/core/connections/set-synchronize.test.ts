import { expect, test } from 'vitest';
import { setSynchronize } from '../../../functions/core/connections/set-synchronize.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import type { WriteConnections } from '../../../functions/core/records/connection-ports.ts';
import { memoryConnections } from '../../memory/connections.ts';

const connection: Connection = {
  ...{ uid: 'u', id: 1, organizationId: 7, name: 'box', revealable: true, synchronize: false },
  target: { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'box', prefix: '' },
  credential: { kind: 'access-key-pair', accessKey: 'name', version: 'v' },
  verification: { status: 'connected', since: 5, verifiedAt: 6 },
  dataset: { complete: false, missing: ['images/val'] },
  ...{ createdAt: 0, updatedAt: 0, version: 1 },
};

async function scene() {
  const { write, rows } = memoryConnections();
  await write.create(connection, 'shared');
  const change = (synchronize: boolean, over: Partial<WriteConnections> = {}, organizationId = 7) =>
    setSynchronize(organizationId, 'u', synchronize, { 'connections.write': { ...write, ...over } }, 50);
  return { write, change, kept: () => rows.get('u') };
}

test('the flag changes and nothing else does', async () => {
  const { change, kept } = await scene();
  expect(await change(true)).toBe('changed');
  expect(kept()).toEqual({ ...connection, synchronize: true, updatedAt: 50, version: 2 });
});

test('a flag that is so already is left alone', async () => {
  const { change, kept } = await scene();
  expect(await change(false)).toBe('changed');
  expect(kept()).toEqual(connection);
});

test('a change that somebody else makes meanwhile is kept', async () => {
  const { write, change, kept } = await scene();
  let times = 1;
  const over: Partial<WriteConnections> = {
    update: async (changed, seen) => {
      if (times-- > 0) await write.update({ ...seen, name: 'renamed', version: seen.version + 1 }, seen);
      return write.update(changed, seen);
    },
  };
  expect(await change(true, over)).toBe('changed');
  expect(kept()).toMatchObject({ name: 'renamed', synchronize: true, version: 3 });
});

test('somebody who always changes it first leads to a conflict', async () => {
  const { change, kept } = await scene();
  expect(await change(true, { update: async () => 'overtaken' })).toBe('conflict');
  expect(kept()).toEqual(connection);
});

test("another organization's is not there", async () => {
  const { change } = await scene();
  expect(await change(true, {}, 8)).toBe('not-found');
});
