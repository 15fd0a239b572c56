import * as z from 'zod/mini';

/** What goes back to the client. */
export interface GatewayAnswer {
  readonly status: number;
  /** Repeated names are sent as repeated headers. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const headerValue = z.union([z.string(), z.boolean()]);

/** No field is required, none but these is allowed: one too many and API Gateway calls the whole answer malformed. */
const proxyAnswer = z.strictObject({
  statusCode: z.optional(z.union([z.number(), z.string().check(z.regex(/^\d{3}$/))])),
  headers: z.nullish(z.record(z.string(), headerValue)),
  multiValueHeaders: z.nullish(z.record(z.string(), z.array(headerValue))),
  body: z.nullish(z.string()),
  isBase64Encoded: z.nullish(z.boolean()),
});

/** Those that API Gateway writes itself, or keeps from browsers (`WWW-Authenticate` would open a login window). */
const remapped = new Set(['connection', 'content-length', 'date', 'server', 'www-authenticate']);
const dropped = new Set(['transfer-encoding']);

/**
 * Makes the answer to the client of what a function gave back (the output format of a Lambda proxy integration).
 *
 * A body that says it is base64 is sent as it stands: without binary media types, which this API has none of, a REST
 * API does not decode it.
 *
 * @returns undefined for an answer API Gateway would call malformed (502)
 */
export function readProxyAnswer(payload: unknown): GatewayAnswer | undefined {
  const parsed = proxyAnswer.safeParse(payload);
  if (!parsed.success) return undefined;
  const status = Number(parsed.data.statusCode ?? 200);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  const headers = mergedHeaders(parsed.data.headers ?? {}, parsed.data.multiValueHeaders ?? {});
  if (!headers.every(([name, value]) => isHeaderName(name) && isHeaderValue(value))) return undefined;
  return { status, headers: withContentType(headers), body: parsed.data.body ?? '' };
}

/** Both maps together; a value that stands in both is sent once. */
function mergedHeaders(
  single: Readonly<Record<string, string | boolean>>,
  multiple: Readonly<Record<string, readonly (string | boolean)[]>>,
): readonly (readonly [string, string])[] {
  const entries = [
    ...Object.entries(multiple).flatMap(([name, values]) => values.map((value) => [name, String(value)] as const)),
    ...Object.entries(single).map(([name, value]) => [name, String(value)] as const),
  ];
  const unique = new Map(entries.map((entry) => [`${entry[0].toLowerCase()}:${entry[1]}`, entry]));
  return [...unique.values()].flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    if (dropped.has(lower)) return [];
    return [[remapped.has(lower) ? `x-amzn-Remapped-${name}` : name, value] as const];
  });
}

/** The headers with a content type: theirs if they have one. */
export function withContentType(
  headers: GatewayAnswer['headers'],
  otherwise = 'application/json',
): GatewayAnswer['headers'] {
  const has = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return has ? headers : [['Content-Type', otherwise], ...headers];
}

/** What may stand in a header's name, and in its value, of an HTTP/1.1 answer. */
export const isHeaderName = (name: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(name);
export const isHeaderValue = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
