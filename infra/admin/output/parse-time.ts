import { parseTimestamp } from '../../../functions/core/validation/parse-timestamp.ts';

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

const short: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `30s`, `10m` or `2h`, in milliseconds; undefined for any other text. */
export function durationOf(text: string): number | undefined {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([smh])$/.exec(text) ?? [];
  const length = short[unit];
  return count === undefined || length === undefined ? undefined : Number(count) * length;
}

/**
 * How far a moment is from now: `3 min ago`, `in 2 h`; a dash for none.
 *
 * @param time ISO 8601
 * @param now epoch milliseconds
 */
export function distance(time: string | null, now: number): string {
  if (time === null) return '–';
  const ahead = Date.parse(time) - now;
  const length = lengthOf(Math.abs(ahead));
  if (length === undefined) return 'now';
  return ahead > 0 ? `in ${length}` : `${length} ago`;
}

/** In the largest unit of which there are two at least, or the next smaller one; undefined for no second. */
function lengthOf(milliseconds: number): string | undefined {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 1) return undefined;
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}
