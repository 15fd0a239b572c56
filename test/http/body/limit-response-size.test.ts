import fc from 'fast-check';
import { expect, test } from 'vitest';
import { truncateToResponseLimit } from '../../../functions/http/body/limit-response-size.ts';

/** Bytes of a whole answer as Lambda hands it on (AWS Lambda, "Quotas"). */
const payload = (items: readonly unknown[]) =>
  Buffer.byteLength(JSON.stringify({ statusCode: 200, headers: {}, body: JSON.stringify(items) }));
const most = 6 * 1024 * 1024;

test('a list is given as it is', () => {
  expect(truncateToResponseLimit([])).toEqual([]);
  const items = Array.from({ length: 1000 }, (_, n) => ({ n, text: '"é\\\n'.repeat(100) }));
  expect(truncateToResponseLimit(items)).toEqual(items);
});

test('of one that is too long the first items are, as many as fit', () => {
  const text = fc.oneof(fc.constant('"'), fc.constant('é'), fc.constant('x'), fc.constant('\n'), fc.constant('\u2028'));
  fc.assert(
    fc.property(text, fc.integer({ min: 1000, max: 9000 }), (character, length) => {
      const item = { text: character.repeat(length) };
      const items = Array.from({ length: Math.ceil(most / length) + 1 }, () => item);
      const fit = truncateToResponseLimit(items);
      expect(fit.length).toBeLessThan(items.length);
      expect(payload(fit)).toBeLessThan(most);
      // Not far below it, either.
      expect(payload(fit)).toBeGreaterThan(most * 0.9);
    }),
    { numRuns: 8 },
  );
});
