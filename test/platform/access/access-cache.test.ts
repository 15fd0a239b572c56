import { describe, expect, test } from 'vitest';
import { accessCacheTime } from '../../../functions/core/access/ports.ts';
import { cacheReads } from '../../../functions/platform/access/access-cache.ts';
import { turnableClocks } from '../../memory/clocks.ts';

/** A table of one kind of row, and a cache before it. */
function scene() {
  const rows = new Map<string, number>();
  const reads: string[] = [];
  const time = turnableClocks();
  const find = cacheReads(async (name: string) => {
    reads.push(name);
    const row = rows.get(name);
    if (row === -1) throw new Error('out of reach');
    return row;
  }, time.clocks);
  return { rows, reads, find, turn: time.turn };
}

describe('what is cached', () => {
  test('is served until its time is up, and not longer', async () => {
    const { rows, reads, find, turn } = scene();
    rows.set('a', 1);
    expect(await find('a')).toBe(1);
    rows.set('a', 2);
    turn(accessCacheTime - 1);
    expect(await find('a')).toBe(1);
    turn(1);
    expect(await find('a')).toBe(2);
    expect(reads).toEqual(['a', 'a']);
  });

  test.each([
    ['the steady clock stood still', accessCacheTime, 0],
    ['the other clock stood still', 0, accessCacheTime],
    ['the other clock was set back', -1, accessCacheTime],
  ])('is not served longer when %s', async (_, by, steady) => {
    const { rows, find, turn } = scene();
    rows.set('a', 1);
    await find('a');
    rows.set('a', 2);
    turn(by, { steady });
    expect(await find('a')).toBe(2);
  });

  test('is as old as its reading, from the beginning of it', async () => {
    const { turn, clocks } = turnableClocks();
    const begun = Promise.withResolvers<number | undefined>();
    let reads = 0;
    const find = cacheReads(() => (reads++ === 0 ? begun.promise : Promise.resolve(2)), clocks);
    const first = find('a');
    turn(accessCacheTime);
    expect(await find('a')).toBe(2);
    begun.resolve(undefined);
    expect(await first).toBeUndefined();
    expect(await find('a')).toBe(2);
    expect(reads).toBe(2);
  });

  test('is read once for several that ask at once', async () => {
    const { rows, reads, find } = scene();
    rows.set('a', 1);
    expect(await Promise.all([find('a'), find('a'), find('b'), find('b')])).toEqual([1, 1, undefined, undefined]);
    expect(reads).toEqual(['a', 'b']);
  });

  test('is neither an absence nor a failure', async () => {
    const { rows, find } = scene();
    expect(await find('a')).toBeUndefined();
    rows.set('a', -1);
    await expect(Promise.all([find('a'), find('a')])).rejects.toThrow('out of reach');
    rows.set('a', 1);
    expect(await find('a')).toBe(1);
  });

  test('is a thousand rows at most, the oldest out', async () => {
    const { rows, reads, find, turn } = scene();
    const names = Array.from({ length: 1_001 }, (_, index) => `${index}`);
    for (const name of names) rows.set(name, 1);
    for (const name of names) await find(name);
    for (const name of names.slice(1)) await find(name);
    expect(reads).toEqual(names);
    await find('0');
    expect(reads).toEqual([...names, '0']);
    turn(accessCacheTime);
    // What is read again is the newest again.
    for (const name of ['2', '1', '2']) await find(name);
    expect(reads).toEqual([...names, '0', '2', '1']);
  });
});
