import { parseTimestamp } from '../../functions/core/timestamp.ts';

const units: Readonly<Record<string, number>> = { h: 3_600_000, d: 24 * 3_600_000, w: 7 * 24 * 3_600_000 };

/** What the two functions below understand, for a person who wrote something else. */
export const momentForms =
  'Write hours, days or weeks (24h, 90d, 2w), or a date or time in UTC (2027-01-31, 2027-01-31T18:00Z).';

/**
 * The moment that lies so far ahead, or that is named by its date.
 *
 * @param now epoch milliseconds
 * @returns epoch milliseconds; undefined for a text that is neither, and for a date that is in no calendar
 */
export const momentAhead = (text: string, now: number): number | undefined => moment(text, (length) => now + length);

/** The moment that long ago, or that is named by its date; otherwise as `momentAhead`. */
export const momentAgo = (text: string, now: number): number | undefined => moment(text, (length) => now - length);

function moment(text: string, from: (length: number) => number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const length = units[unit];
  if (count !== undefined && length !== undefined) return from(Number(count) * length);
  // A day of UTC stands for its beginning.
  return parseTimestamp(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : text);
}
