import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTimestamp } from '../../../functions/core/validation/parse-timestamp.ts';

describe('a timestamp', () => {
  test('is read as it was written', () => {
    const date = fc.date({
      min: new Date('0000-01-01T00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (at) => {
        expect(parseTimestamp(at.toISOString())).toBe(at.getTime());
      }),
    );
  });

  test.each([
    ['2027-01-31T18:00Z', '2027-01-31T18:00:00.000Z'],
    ['2027-01-31T18:00:07Z', '2027-01-31T18:00:07.000Z'],
    ['2027-01-31T18:00:07.123456789Z', '2027-01-31T18:00:07.123Z'],
    ['2027-01-31T18:00:00+05:30', '2027-01-31T12:30:00.000Z'],
    ['2028-02-29T23:59:59-23:59', '2028-03-01T23:58:59.000Z'],
  ])('%s is %s', (text, at) => {
    expect(parseTimestamp(text)).toBe(Date.parse(at));
  });

  test.each([
    '',
    '2027-01-31',
    '2027-01-31T18:00:00',
    '2027-01-31 18:00:00Z',
    '2027-02-31T18:00:00Z',
    '2027-02-29T00:00:00Z',
    '2027-13-01T00:00:00Z',
    '2027-01-00T00:00:00Z',
    '2027-01-31T24:00:00Z',
    '2027-01-31T18:60:00Z',
    '2027-01-31T18:00:60Z',
    '2027-01-31T18:00:00+24:00',
    '2027-01-31T18:00:00.Z',
    '2027-01-31t18:00:00z',
    ' 2027-01-31T18:00:00Z',
    '2027-01-31T18:00:00Z\n',
    '+002027-01-31T18:00:00Z',
    '1800000000000',
    'Sun, 31 Jan 2027 18:00:00 GMT',
  ])('is not %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  test('is a moment or nothing, whatever the digits', () => {
    const likely = fc.stringMatching(/^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d(:[0-6]\d)?([Z]|[+-][0-2]\d:[0-6]\d)$/);
    fc.assert(
      fc.property(likely, (text) => {
        expect(parseTimestamp(text)).not.toBeNaN();
      }),
      { numRuns: 1000 },
    );
  });
});
