import { type Fault, type Parsed, tooLong } from '../validation/result.ts';
import { showable } from '../validation/text.ts';

/**
 * Longest name of a connection, in UTF-16 code units as `length` counts them: 765 bytes of UTF-8 at most, because a
 * name is part of a table's sort key, which takes 1,024.
 */
const longest = 255;

/** Checks the name that a caller gives a connection; it is kept as it was given, spaces around it included. */
export function parseConnectionName(text: string): Parsed<string, 'name'> {
  const refused = (fault: Omit<Fault, 'field'>) => ({
    ok: false as const,
    faults: [{ field: 'name' as const, ...fault }],
  });
  if (text.trim() === '') return refused({ code: 'blank', message: "can't be blank" });
  if (text.length > longest) return { ok: false, faults: [tooLong('name', longest)] };
  const message = showable(text);
  return message === undefined ? { ok: true, value: text } : refused({ code: 'invalid', message });
}
