import fc from 'fast-check';
import { expect, test } from 'vitest';
import { announcedBefore, isEventId, toEventId } from '../../../functions/core/events/event-id.ts';
import { newUid } from '../../../functions/core/uid.ts';

const moments = fc.integer({ min: 1, max: Date.UTC(2200, 0) });

test('names of what was announced are in the order of the announcements, between moments', () => {
  fc.assert(
    fc.property(moments, moments, fc.nat({ max: 99 }), (at, other, random) => {
      const id = toEventId(
        at,
        newUid(at, () => random / 100),
      );
      expect(isEventId(id)).toBe(true);
      expect(isEventId(announcedBefore(at))).toBe(true);
      expect(announcedBefore(other) < id).toBe(other <= at);
    }),
  );
});

const uid = newUid(0, () => 0.5);
const good = toEventId(Date.UTC(2026, 10, 21, 10), uid);

test.each([
  '',
  uid,
  `${good} `,
  `${good}\n`,
  good.toUpperCase(),
  good.replace('-21/', '-22/'),
  good.replace('#', '/'),
  `2026-11-21/9999999999999#${uid}`,
  `2026-11-21/0000000000000#${uid}`,
])('%j is not one', (text) => {
  expect(isEventId(good)).toBe(true);
  expect(isEventId(text)).toBe(false);
});
