const form = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Reads a moment as ISO 8601 writes it, with its offset from UTC: `2027-01-31T18:00:00Z`; seconds may be left out
 * (RFC 3339, section 5.6, but for that, lower-case letters and leap seconds).
 *
 * @returns epoch milliseconds, finer parts cut off; undefined for any other text, and for a day that is in no calendar
 */
export function parseTimestamp(text: string): number | undefined {
  const [, day] = form.exec(text) ?? [];
  if (day === undefined) return undefined;
  // The 31st of February is the 3rd of March to Date.parse.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return undefined;
  return Date.parse(text);
}

/** What to write, for somebody who wrote something else. */
export const timestampForm = 'must be a time with its offset from UTC, such as 2027-01-31T18:00:00Z';
