import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datasetFolders, findDataset } from '../../../functions/core/datasets/find-dataset.ts';
import { type Diagnosis, diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { Storage, StoredObject } from '../../../functions/core/storage/storage.ts';
import { type MemoryStorage, memoryStorage } from '../../memory/storage.ts';

const target = { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'b', prefix: '' } as const;
const credential: Credential = { kind: 'access-key-pair', accessKey: 'a', secretKey: 's' };
const deadline = new AbortController().signal;

const find = (storage: Storage, prefix = '') => findDataset(storage, { ...target, prefix }, credential, deadline);

/** Keys in the order of a storage. */
const stored = (keys: readonly string[]): readonly StoredObject[] => keys.toSorted().map((key) => ({ key, size: 1 }));
const file = (place: string) => `cval/${place}/one.bin`;
const files = (place: string, count: number) =>
  Array.from({ length: count }, (_, n) => `cval/${place}/${String(n).padStart(5, '0')}.bin`);
const full = datasetFolders.map(file);

describe('a dataset', () => {
  test('has six places', () => {
    expect(datasetFolders.map((place) => `cval/${place}`)).toEqual([
      'cval/images/train',
      'cval/images/test',
      'cval/images/val',
      'cval/annotations/train',
      'cval/annotations/test',
      'cval/annotations/val',
    ]);
  });

  test('is complete with a file in each place, which takes one call', async () => {
    const storage = memoryStorage(stored(full));
    expect(await find(storage)).toEqual({ complete: true });
    expect(storage.lists()).toBe(1);
  });

  test('lacks the places that have no file, in their order, which takes one call', async () => {
    const storage = memoryStorage(stored([file('annotations/val'), file('images/test'), 'cval/readme', 'other/x']));
    const missing = ['images/train', 'images/val', 'annotations/train', 'annotations/test'];
    expect(await find(storage)).toEqual({ complete: false, missing });
    expect(storage.lists()).toBe(1);
    expect(await find(memoryStorage([]))).toEqual({ complete: false, missing: datasetFolders });
  });

  test('of any size is found, with one call more at most for each place', async () => {
    const large = memoryStorage(stored(datasetFolders.flatMap((place) => files(place, 1500))));
    expect(await find(large)).toEqual({ complete: true });
    // The first page is full of annotations for tests; that place is not listed again.
    expect(large.lists()).toBe(6);
    const readmes = Array.from({ length: 1500 }, (_, n) => `cval/a${n}`);
    const hidden = memoryStorage(stored([...readmes, ...full.slice(0, 5)]));
    expect(await find(hidden)).toEqual({ complete: false, missing: ['annotations/val'] });
    expect(hidden.lists()).toBe(7);
  });

  test.each([
    'cval/images/train/',
    'cval/images/train/deeper/',
    'cval/images/train',
    'cval/images/training/x',
    'cval/images/trainx',
    'images/train/x',
    'other/cval/images/train/x',
    'CVAL/images/train/x',
    'cval//images/train/x',
  ])('has nothing in a place for the key %j', async (key) => {
    const others = full.filter((other) => other !== file('images/train'));
    expect(await find(memoryStorage(stored([...others, key])))).toEqual({ complete: false, missing: ['images/train'] });
  });

  test('may lie in folders below its places', async () => {
    const deep = datasetFolders.flatMap((place) => [
      `cval/${place}/`,
      `cval/${place}/2026/`,
      `cval/${place}/2026/01/x`,
    ]);
    expect(await find(memoryStorage(stored(deep)))).toEqual({ complete: true });
  });

  test('lies at the root of the bucket, whatever the prefix of the connection', async () => {
    expect(await find(memoryStorage(stored(full)), 'elsewhere/')).toEqual({ complete: true });
    const below = full.map((key) => `elsewhere/${key}`);
    expect(await find(memoryStorage(stored(below)), 'elsewhere/')).toMatchObject({ complete: false });
  });

  test('is looked for behind folder placeholders, and not for ever', async () => {
    const folders = (count: number) => Array.from({ length: count }, (_, n) => `cval/images/train/${1000 + n}/`);
    const near = memoryStorage(stored([...full, ...folders(2500)]));
    expect(await find(near)).toEqual({ complete: true });
    const far = memoryStorage(stored([...full, ...folders(3500)]));
    expect(await find(far)).toEqual({ complete: false, missing: ['images/train'] });
    expect(far.lists()).toBeLessThanOrEqual(1 + 6 * 3);
  });

  test('is what the keys say, however they are paged', async () => {
    const key = fc
      .tuple(
        fc.constantFrom('', 'cval/', 'x/'),
        fc.constantFrom(...datasetFolders, 'images', 'x'),
        fc.constantFrom('', '/', '/a', '/b/c', '/b/'),
      )
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { maxLength: 40 }), fc.integer({ min: 2, max: 40 }), async (keys, size) => {
        const missing = datasetFolders.filter(
          (place) => !keys.some((some) => some.startsWith(`cval/${place}/`) && !some.endsWith('/')),
        );
        const finding = await find(memoryStorage(stored(keys), undefined, size));
        expect(finding).toEqual(missing.length === 0 ? { complete: true } : { complete: false, missing });
      }),
    );
  });
});

describe('a dataset is unknown', () => {
  const denied = diagnose('list-denied');
  const large = stored(datasetFolders.flatMap((place) => files(place, 1500)));

  test('when the storage does not let it be seen, at any call, and then nothing more is asked', async () => {
    for (let at = 0; at < 6; at++) {
      const storage: MemoryStorage = memoryStorage(large, (call): Diagnosis | undefined =>
        call === at ? denied : undefined,
      );
      expect(await find(storage)).toEqual({ unknown: denied });
      expect(storage.lists()).toBe(at + 1);
    }
  });

  test('when the bucket cannot be opened', async () => {
    const closed: Storage = { ...memoryStorage([]), open: async () => ({ ok: false, diagnosis: denied }) };
    expect(await find(closed)).toEqual({ unknown: denied });
  });

  test('when time is up, before or on the way', async () => {
    const timedOut = { unknown: diagnose('connection-timed-out') };
    const over = memoryStorage(large);
    expect(await findDataset(over, target, credential, AbortSignal.abort())).toEqual(timedOut);
    const late = new AbortController();
    const slow = memoryStorage(large, (call) => void (call === 2 && late.abort()));
    expect(await findDataset(slow, target, credential, late.signal)).toEqual(timedOut);
    expect(slow.lists()).toBe(4);
  });
});

test('a storage that lists keys of another prefix is not believed', async () => {
  const honest = memoryStorage(stored(full));
  const liar: Storage = { ...honest, open: (at, ...rest) => honest.open({ ...at, prefix: '' }, ...rest) };
  expect(await find(liar)).toEqual({ complete: true });
  const foreign = memoryStorage(stored(['x/images/train/a', 'images/val/a']));
  const other: Storage = { ...foreign, open: (at, ...rest) => foreign.open({ ...at, prefix: '' }, ...rest) };
  expect(await find(other)).toEqual({ complete: false, missing: datasetFolders });
});
