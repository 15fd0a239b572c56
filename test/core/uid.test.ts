import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newUid } from '../../functions/core/uid.ts';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.float({ min: 0, max: Math.fround(1 - 2 ** -24), noNaN: true });

test('a uid is a UUIDv7 that sorts by its time', () => {
  fc.assert(
    fc.property(time, time, random, random, (one, other, a, b) => {
      const [first, second] = [newUid(one, () => a), newUid(other, () => b)];
      expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(first.replaceAll('-', '').slice(0, 12), 16)).toBe(one);
      if (one !== other) expect(first < second).toBe(one < other);
    }),
  );
});

test('uids of one moment differ', () => {
  const uids = Array.from({ length: 1000 }, () => newUid(1, Math.random));
  expect(new Set(uids).size).toBe(uids.length);
});
