import { uuidPattern } from '../validation/uuid.ts';

/**
 * Names of what was announced, `<day in UTC>/<13 digits of the time>#<id of the line>`: their order is that of the
 * announcements.
 */

const nil = '00000000-0000-0000-0000-000000000000';

/** @param publishedAt whole epoch milliseconds @param entry the id of the history's line that was announced */
export const toEventId = (publishedAt: number, entry: string): string =>
  `${new Date(publishedAt).toISOString().slice(0, 10)}/${String(publishedAt).padStart(13, '0')}#${entry}`;

/** The name that comes after all that was announced before a moment, and before all since (epoch milliseconds). */
export const announcedBefore = (moment: number): string => toEventId(moment, nil);

const form = new RegExp(`^\\d{4}-\\d\\d-\\d\\d/(\\d{13})#(${uuidPattern})$`);

/** Whether a text is such a name, whether or not anything has it. */
export function isEventId(text: string): boolean {
  const [, digits, entry] = form.exec(text) ?? [];
  // Dates end before thirteen digits do.
  return entry !== undefined && Number(digits) <= 8.64e15 && toEventId(Number(digits), entry) === text;
}
