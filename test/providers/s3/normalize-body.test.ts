import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeS3Body } from '../../../functions/providers/s3/normalize-body.ts';

test('a body of any content is normalized in linear time, and its keys stay as they came', () => {
  const part = fc.constantFrom(
    '<LastModified>',
    '</LastModified>',
    '<Name>',
    '/',
    ' ',
    'x',
    '<LastModified',
    '<Contents>',
    '2026-',
  );
  fc.assert(
    fc.property(part, part, (one, other) => {
      const body = `<ListBucketResult><IsTruncated>${(one + other).repeat(60_000)}`;
      const before = process.cpuUsage();
      normalizeS3Body(body, 'photos');
      expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
    }),
    { numRuns: 30 },
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const key = `<Key>${text.replaceAll('<', '&lt;')}</Key>`;
      expect(normalizeS3Body(key, 'photos')).toBe(key);
    }),
  );
});
