import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasChanged, type Inventory } from '../../../functions/core/datasets/inventory.ts';
import { files, inventory, now, objects, taken } from './inventory-scene.ts';

describe('two inventories', () => {
  const place = 'images/train';
  const [hour, later] = [3_600_000, { takenAt: now + 3_600_000 }];
  const cut = { complete: false };

  test.each<[string, boolean, Inventory | undefined, Inventory]>([
    ['none before', true, undefined, inventory({})],
    ['another time', false, inventory({ [place]: 2 }), inventory({ [place]: 2 }, later)],
    ['a file more', true, inventory({ [place]: 2 }), inventory({ [place]: 3 })],
    ['a file less', true, inventory({ [place]: 2 }), inventory({ [place]: 1 })],
    ['moved', true, inventory({ [place]: 2 }), inventory({ 'images/val': 2 })],
    [
      'a newer file',
      true,
      inventory({ [place]: 2 }, { newestChange: 5 }),
      inventory({ [place]: 2 }, { newestChange: 6 }),
    ],
    [
      'no newer file',
      true,
      inventory({ [place]: 2 }, { newestChange: 6 }),
      inventory({ [place]: 2 }, { newestChange: 5 }),
    ],
    ['times said now', false, inventory({ [place]: 2 }), inventory({ [place]: 2 }, { newestChange: 5 })],
    ['times said no more', false, inventory({ [place]: 2 }, { newestChange: 5 }), inventory({ [place]: 2 })],
    [
      'less seen now',
      false,
      inventory({ [place]: 2 }, { newestChange: 5 }),
      inventory({ [place]: 1 }, { ...cut, newestChange: 4 }),
    ],
    ['more seen now than there was', true, inventory({ [place]: 2 }), inventory({ [place]: 3 }, cut)],
    [
      'newer seen now than there was',
      true,
      inventory({ [place]: 2 }, { newestChange: 5 }),
      inventory({ [place]: 1 }, { ...cut, newestChange: 6 }),
    ],
    [
      'less seen then',
      false,
      inventory({ [place]: 1 }, { ...cut, newestChange: 4 }),
      inventory({ [place]: 2 }, { newestChange: 5 }),
    ],
    ['more seen then than there is', true, inventory({ [place]: 3 }, cut), inventory({ [place]: 2 })],
    [
      'newer seen then than there is',
      true,
      inventory({ [place]: 1 }, { ...cut, newestChange: 6 }),
      inventory({ [place]: 2 }, { newestChange: 5 }),
    ],
    ['more seen, of both not all', false, inventory({ [place]: 1 }, cut), inventory({ [place]: 2 }, cut)],
    ['less seen, of both not all', false, inventory({ [place]: 2 }, cut), inventory({ [place]: 1 }, cut)],
    [
      'newer seen, which may have been there',
      false,
      inventory({}, { ...cut, newestChange: 5 }),
      inventory({}, { ...cut, newestChange: now }),
    ],
    [
      'newer seen, written since',
      true,
      inventory({}, { ...cut, newestChange: 5 }),
      inventory({}, { ...cut, newestChange: now + 1 }),
    ],
    [
      'as new, written while the first was taken',
      false,
      inventory({}, { ...cut, newestChange: now + hour }),
      inventory({}, { ...cut, newestChange: now + hour }),
    ],
  ])('%s: %s', (_, expected, before, after) => {
    expect(hasChanged(before, after)).toBe(expected);
  });

  test('of files that stayed as they are never differ, however much was seen of them', async () => {
    await fc.assert(
      fc.asyncProperty(objects, fc.nat(45), fc.nat(45), async (all, then, since) => {
        const seen = async (count: number) => ({
          ...(await taken(all.slice(0, count))),
          complete: count >= all.length,
        });
        expect(hasChanged(await seen(then), await seen(since))).toBe(false);
      }),
    );
  });

  test('differ in number alone, and in size alone', async () => {
    expect(hasChanged(await taken(files(place, 1, 0)), await taken(files(place, 2, 0)))).toBe(true);
    expect(hasChanged(await taken(files(place, 1, 5)), await taken(files(place, 1, 4)))).toBe(true);
  });
});
