import { expect } from 'vitest';
import * as z from 'zod/mini';
import type { Service } from '../service.ts';

const rows = z.array(z.object({ item: z.looseObject({ sk: z.object({ S: z.string() }) }) }));
const entry = z.object({ id: z.object({ N: z.string() }) });

/**
 * Adds the demo container through Edge Impulse's API: a connection that most other APIs do not show, and which the loop
 * decides about.
 *
 * @returns its uid, which that API does not tell
 */
export async function addedOnAzure({ target, send, stored }: Service): Promise<string> {
  const { demo, seeded } = target;
  if (!demo) throw new Error('The demo storage was not started.');
  const { endpoint, container: bucket } = demo.azure;
  const { account: accessKey, key: secretKey } = demo.keys.azure;
  const added = await send('POST', `/v1/api/organizations/${seeded.organizationId}/buckets`, {
    body: { storageProvider: 'azure', accessKey, secretKey, endpoint, bucket, region: '' },
    headers: { 'x-api-key': seeded.key },
  });
  expect(added).toMatchObject({ status: 200, body: { success: true } });
  const { id } = z.object({ id: z.int() }).parse(added.body);
  const uids = rows.parse(await stored()).flatMap(({ item }) => {
    const found = entry.safeParse(item);
    const [, uid] = /^CONN#(.+)$/.exec(item.sk.S) ?? [];
    return uid !== undefined && found.success && found.data.id.N === String(id) ? [uid] : [];
  });
  expect(uids).toHaveLength(1);
  return uids[0] ?? '';
}
