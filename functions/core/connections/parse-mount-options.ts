import { type Parsed, tooLong } from '../validation/result.ts';
import { showable } from '../validation/text.ts';

/** Longest list of mount options, in characters; s3fs has about a hundred of them. */
const longest = 2_048;

/** Checks the options that a caller wants a connection's buckets mounted with. They are kept and never looked into. */
export function parseMountOptions(text: string): Parsed<string, 'options'> {
  if (text.length > longest) return { ok: false, faults: [tooLong('options', longest)] };
  const message = showable(text);
  return message === undefined
    ? { ok: true, value: text }
    : { ok: false, faults: [{ field: 'options', code: 'invalid', message }] };
}
