import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distance, durationOf, momentAgo, momentAhead } from '../../../../infra/admin/output/parse-time.ts';

const now = Date.parse('2026-11-21T10:32:00.000Z');
const iso = (at: number | undefined) => at !== undefined && new Date(at).toISOString();

describe('a moment', () => {
  test.each([
    ['24h', '2026-11-22T10:32:00.000Z', '2026-11-20T10:32:00.000Z'],
    ['90d', '2027-02-19T10:32:00.000Z', '2026-08-23T10:32:00.000Z'],
    ['2w', '2026-12-05T10:32:00.000Z', '2026-11-07T10:32:00.000Z'],
  ])('%s from now', (text, ahead, ago) => {
    expect(iso(momentAhead(text, now))).toBe(ahead);
    expect(iso(momentAgo(text, now))).toBe(ago);
  });

  test.each([
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2027-01-31T18:00Z', '2027-01-31T18:00:00.000Z'],
    ['2027-01-31T18:00:05.250Z', '2027-01-31T18:00:05.250Z'],
  ])('%s is the same whenever it is asked for', (text, at) => {
    expect(iso(momentAhead(text, now))).toBe(at);
    expect(iso(momentAgo(text, now))).toBe(at);
  });

  test.each([
    '',
    '90',
    'd',
    '1y',
    '-1d',
    '1.5d',
    '90 d',
    '123456d',
    '2027-02-29',
    '2027-13-01',
    '2027-1-31',
    '2027-01-31T24:00Z',
    '2027-01-31T18:00',
    '31.1.2027',
    'tomorrow',
  ])('is not %j', (text) => {
    expect(momentAhead(text, now)).toBeUndefined();
    expect(momentAgo(text, now)).toBeUndefined();
  });

  test('is one that can be written down, whatever was typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^\d{1,5}[hdw]$/), fc.stringMatching(/^\d{4}-\d\d-\d\d$/)),
        (text) => {
          for (const at of [momentAhead(text, now), momentAgo(text, now)]) {
            if (at !== undefined) expect(() => new Date(at).toISOString()).not.toThrow();
          }
        },
      ),
    );
  });
});

test.each([
  [0, 'now'],
  [-499, 'now'],
  [-1_000, '1 s ago'],
  [119_000, 'in 119 s'],
  [-120_000, '2 min ago'],
  [119 * 60_000, 'in 119 min'],
  [2 * 3_600_000, 'in 2 h'],
  [-47.4 * 3_600_000, '47 h ago'],
  [-48 * 3_600_000, '2 d ago'],
  [400 * 24 * 3_600_000, 'in 400 d'],
])('a moment %i milliseconds away is %s', (length, text) => {
  expect(distance(new Date(now + length).toISOString(), now)).toBe(text);
});

test('no moment is a dash', () => {
  expect(distance(null, now)).toBe('–');
});

test.each([
  ['30s', 30_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
])('%s lasts %i milliseconds', (text, length) => {
  expect(durationOf(text)).toBe(length);
});

test.each(['', '0s', '1d', '5', '-5s', '1.5h', '123456s'])('%j lasts no time', (text) => {
  expect(durationOf(text)).toBeUndefined();
});
