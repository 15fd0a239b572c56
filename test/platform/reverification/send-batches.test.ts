import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eachBatch } from '../../../functions/platform/reverification/send-batches.ts';

const limits = { entries: 10, bytes: 100 };
const bytesOf = (entry: string): number => entry.length;

describe('batches', () => {
  test('hold every entry once, in as many as the limits ask for', async () => {
    const texts = fc.array(fc.string({ maxLength: 120 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(texts, async (entries) => {
        const batches: (readonly string[])[] = [];
        await eachBatch(entries, bytesOf, limits, async (batch) => {
          batches.push(batch);
          return [];
        });
        expect(batches.flat()).toEqual(entries);
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(limits.entries);
          const bytes = batch.reduce((sum, entry) => sum + bytesOf(entry), 0);
          if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(limits.bytes);
        }
      }),
    );
  });

  test('what fails is tried once more, by itself; what fails twice is an error', async () => {
    const entries = Array.from({ length: 25 }, (_, at) => `entry ${at}`);
    const tries = new Map<string, number>();
    const failing = (which: string, times: number) => async (batch: readonly string[]) => {
      for (const entry of batch) tries.set(entry, (tries.get(entry) ?? 0) + 1);
      return batch.filter((entry) => entry === which && (tries.get(entry) ?? 0) <= times);
    };
    await eachBatch(entries, bytesOf, limits, failing('entry 3', 1));
    expect([...tries.values()].toSorted()).toEqual([...Array.from({ length: 24 }, () => 1), 2]);
    tries.clear();
    await expect(eachBatch(entries, bytesOf, limits, failing('entry 3', 2))).rejects.toThrow('1 of 25 entries');
    expect(tries.size).toBe(25);
  });

  test('a request that fails is told of when the others have ended', async () => {
    let ended = 0;
    const send = async (batch: readonly string[]) => {
      if (batch[0] === 'a') throw new Error('no');
      await new Promise(setImmediate);
      ended++;
      return [];
    };
    await expect(eachBatch(['a', 'b', 'c'], bytesOf, { entries: 1, bytes: 1 }, send)).rejects.toThrow('no');
    expect(ended).toBe(2);
  });
});
