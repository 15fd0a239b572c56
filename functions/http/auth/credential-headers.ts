/**
 * What the requests of one dialect's clients look like is not known here: every carrier that any of the four documents
 * names is accepted by all of them, so that one key works everywhere.
 */

/** Headers with lower-case names. */
export type Headers = Readonly<Record<string, string | undefined>>;

/**
 * The credentials a request carries, without repeats. Two different ones in one request are the caller's mistake or an
 * attempt to have one of them slip through; the caller of this function refuses them.
 *
 * A cookie counts only with a JSON content type: a browser sends cookies along with a foreign page's form, but not a
 * JSON content type without asking first.
 */
export function readCredentials(headers: Headers): readonly string[] {
  const json = /^application\/json\b/i.test(headers['content-type'] ?? '');
  const carried = [
    headers['x-api-key'],
    headers['x-avala-api-key'],
    headers['x-jwt-token'],
    fromAuthorization(headers['authorization']),
    json ? fromCookie(headers['cookie']) : undefined,
  ];
  return [...new Set(carried.map((value) => value?.trim() ?? ''))].filter((value) => value !== '');
}

/** `Basic id:secret`, `Bearer key`, `user_api_key:KEY` (CVAL) or the bare key (Nodeum). */
function fromAuthorization(value: string | undefined): string | undefined {
  const [, scheme, rest] = /^(Basic|Bearer) +(\S+) *$/i.exec(value ?? '') ?? [];
  if (scheme === undefined || rest === undefined) return value?.replace(/^user_api_key:/i, '');
  if (scheme.toLowerCase() === 'bearer') return rest;
  // The key's two halves as user and password make the same text as the key in one piece.
  return Buffer.from(rest, 'base64').toString('utf8').replace(':', '_');
}

function fromCookie(value: string | undefined): string | undefined {
  const [, jwt] = /(?:^|;)\s*jwt=([^;]*)/.exec(value ?? '') ?? [];
  if (jwt === undefined) return undefined;
  try {
    return decodeURIComponent(jwt);
  } catch {
    // A malformed escape is still a credential that was presented: it counts, and matches no key.
    return jwt;
  }
}
