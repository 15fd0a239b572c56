import { Refused } from '../problem.ts';

/** The longest body that callers may send: the largest legitimate one, a service-account file, is about 3 KB. */
export const bodyLimitBytes = 65_536;

/**
 * Parses a JSON body. An empty one is `undefined`: clients send a content type without a body, and the reverse.
 *
 * @param limitBytes the longest that is taken
 * @throws Refused `too-large` or `malformed`; the latter says nothing of the text, which may hold a secret
 */
export function parseJsonBody(body: string | null, base64: boolean, limitBytes = bodyLimitBytes): unknown {
  if (body === null) return undefined;
  const bytes = Buffer.from(body, base64 ? 'base64' : 'utf8');
  if (bytes.byteLength > limitBytes) throw new Refused({ kind: 'too-large', limitBytes });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new Refused({ kind: 'malformed', message: 'The request body is not valid JSON.' });
  }
}
