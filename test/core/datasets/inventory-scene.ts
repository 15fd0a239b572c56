import fc from 'fast-check';
import { type DatasetFolder, datasetFolders } from '../../../functions/core/datasets/find-dataset.ts';
import { type Counted, type Inventory, takeInventory } from '../../../functions/core/datasets/inventory.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { Storage, StoredObject } from '../../../functions/core/storage/storage.ts';
import { memoryStorage } from '../../memory/storage.ts';

export const target = {
  provider: 's3',
  endpoint: 'https://s3.example.com',
  bucket: 'b',
  prefix: 'elsewhere/',
} as const;
export const credential: Credential = { kind: 'access-key-pair', accessKey: 'a', secretKey: 's' };
export const never = new AbortController().signal;
export const now = 1_800_000_000_000;

export const take = (storage: Storage, deadline = never) => takeInventory(storage, target, credential, deadline, now);
/** The inventory of a bucket with these objects, listed in pages of this size. */
export async function taken(objects: readonly StoredObject[], pageSize?: number): Promise<Inventory> {
  const inventory = await take(memoryStorage(objects, undefined, pageSize));
  if ('unknown' in inventory) throw new Error(inventory.unknown.code);
  return inventory;
}
export const files = (place: DatasetFolder, count: number, size = 1): readonly StoredObject[] =>
  Array.from({ length: count }, (_, n) => ({ key: `cval/${place}/${n}`, size }));

/** An inventory of so many files, of a byte each, in the places named. */
export function inventory(
  counts: Partial<Record<DatasetFolder, number>>,
  { complete = true, takenAt = now, ...more }: Partial<Inventory> = {},
): Inventory {
  const of = (place: DatasetFolder): Counted => ({ files: counts[place] ?? 0, bytes: counts[place] ?? 0 });
  const split = (name: 'train' | 'test' | 'val') => ({
    images: of(`images/${name}`),
    annotations: of(`annotations/${name}`),
  });
  return { takenAt, complete, splits: { train: split('train'), test: split('test'), val: split('val') }, ...more };
}

const key = fc
  .tuple(
    fc.constantFrom('cval/', 'cval/', 'cval/', '', 'x/'),
    fc.constantFrom(...datasetFolders, 'images', 'images/training', 'x'),
    fc.constantFrom('', '/', '/a', '/b', '/b/c', '/b/'),
  )
  .map((parts) => parts.join(''));
const object = fc.record(
  { key, size: fc.nat(9), modifiedAt: fc.integer({ min: 1, max: 9 }) },
  { requiredKeys: ['key', 'size'] },
);
/** What may be in a bucket: in the places of a dataset, beside them and elsewhere. */
export const objects = fc.uniqueArray(object, { maxLength: 45, selector: (one) => one.key });
export const pageSize = fc.integer({ min: 1, max: 50 });
