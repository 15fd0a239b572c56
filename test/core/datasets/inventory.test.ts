import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datasetFolders, findDataset } from '../../../functions/core/datasets/find-dataset.ts';
import { toDatasetFinding } from '../../../functions/core/datasets/inventory.ts';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Storage, StoredObject } from '../../../functions/core/storage/storage.ts';
import { memoryStorage } from '../../memory/storage.ts';
import { credential, files, inventory, never, now, objects, pageSize, take, taken, target } from './inventory-scene.ts';

describe('an inventory', () => {
  test('is what a naive count gives, however keys are paged', async () => {
    await fc.assert(
      fc.asyncProperty(objects, pageSize, async (all, size) => {
        const seen = await taken(all, size);
        const counted = new Set<StoredObject>();
        for (const name of ['train', 'test', 'val'] as const) {
          for (const kind of ['images', 'annotations'] as const) {
            const own = all.filter((one) => one.key.startsWith(`cval/${kind}/${name}/`) && !one.key.endsWith('/'));
            for (const one of own) counted.add(one);
            const bytes = own.reduce((sum, one) => sum + one.size, 0);
            expect(seen.splits[name][kind]).toEqual({ files: own.length, bytes });
          }
        }
        const times = [...counted].flatMap(({ modifiedAt }) => modifiedAt ?? []);
        expect(seen.newestChange).toBe(times.length === 0 ? undefined : Math.max(...times));
        expect([seen.complete, seen.takenAt]).toEqual([true, now]);
      }),
    );
  });

  test('finds what a look at the dataset finds', async () => {
    await fc.assert(
      fc.asyncProperty(objects, pageSize, async (all, size) => {
        expect(toDatasetFinding(await taken(all, size))).toEqual(
          await findDataset(memoryStorage(all), target, credential, never),
        );
      }),
    );
  });

  test('of sizes that cannot be counted has the most that can', async () => {
    const seen = await taken(files('images/val', 3, Number.MAX_SAFE_INTEGER));
    expect(seen.splits.val.images).toEqual({ files: 3, bytes: Number.MAX_SAFE_INTEGER });
  });

  test('takes a call for each page, fifty at most, of which the rest of the root takes its part', async () => {
    const readmes = Array.from({ length: 20 }, (_, n) => ({ key: `cval/a${n}`, size: 1 }));
    const whole = memoryStorage([...readmes, ...files('images/val', 30)], undefined, 1);
    expect(await take(whole)).toEqual(inventory({ 'images/val': 30 }));
    expect(whole.lists()).toBe(50);
    const larger = memoryStorage([...readmes, ...files('images/val', 31)], undefined, 1);
    expect(await take(larger)).toEqual(inventory({ 'images/val': 30 }, { complete: false }));
    expect(larger.lists()).toBe(50);
  });

  test.each(['before a call', 'within one'])('that runs out of time %s has what it saw by then', async (when) => {
    const deadline = new AbortController();
    const three = memoryStorage(
      files('images/val', 9),
      (call) => {
        if (when === 'within one' && call === 3) {
          deadline.abort();
          return diagnose('connection-timed-out');
        }
        // The third page still comes.
        if (when === 'before a call' && call === 2) deadline.abort();
        return undefined;
      },
      1,
    );
    expect(await take(three, deadline.signal)).toEqual(inventory({ 'images/val': 3 }, { complete: false }));
    expect(three.lists()).toBe(when === 'within one' ? 4 : 3);
  });

  test('that had seen all when time ran out is complete', async () => {
    const deadline = new AbortController();
    const storage = memoryStorage(files('images/val', 2), (call) => void (call === 1 && deadline.abort()), 1);
    expect(await take(storage, deadline.signal)).toEqual(inventory({ 'images/val': 2 }));
  });
});

describe('an inventory is unknown', () => {
  test.each([0, 1, 4])('when call %i fails, and then nothing more is asked', async (at) => {
    // Also for want of an answer: the time that is up is not ours.
    for (const unknown of [diagnose('list-denied'), diagnose('connection-timed-out')]) {
      const storage = memoryStorage(files('images/val', 9), (call) => (call === at ? unknown : undefined), 1);
      expect(await take(storage)).toEqual({ unknown });
      expect(storage.lists()).toBe(at + 1);
    }
  });

  test('when the storage refuses, though the time is up meanwhile', async () => {
    const deadline = new AbortController();
    const unknown = diagnose('list-denied');
    const storage = memoryStorage(
      files('images/val', 9),
      (call) => {
        if (call !== 2) return undefined;
        deadline.abort();
        return unknown;
      },
      1,
    );
    expect(await take(storage, deadline.signal)).toEqual({ unknown });
  });

  test('when no page came in time, and when the bucket cannot be opened', async () => {
    expect(await take(memoryStorage([]), AbortSignal.abort())).toEqual({ unknown: diagnose('connection-timed-out') });
    const unknown = diagnose('bucket-name-invalid');
    const closed: Storage = { ...memoryStorage([]), open: async () => ({ ok: false, diagnosis: unknown }) };
    expect(await take(closed)).toEqual({ unknown });
  });
});

test('an incomplete inventory that lacks a place does not say that nothing is there', () => {
  const full = Object.fromEntries(datasetFolders.map((place) => [place, 1]));
  expect(toDatasetFinding(inventory(full, { complete: false }))).toEqual({ complete: true });
  expect(toDatasetFinding(inventory({ ...full, 'images/val': 0 }, { complete: false }))).toBeUndefined();
  expect(toDatasetFinding(inventory({ ...full, 'images/val': 0 }))).toEqual({
    complete: false,
    missing: ['images/val'],
  });
});
