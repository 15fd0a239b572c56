import type { IncomingMessage } from 'node:http';
import { type S3Address, s3Address } from './address.ts';
import { S3Refusal } from './errors.ts';

/**
 * One request as S3 reads it. `headers` have lower-case names, several values joined by commas. `query` holds the
 * decoded parameters in their order. `keyPath` is the decoded path, which is what the canonical request encodes anew.
 */
export interface S3Request {
  readonly method: string;
  readonly keyPath: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: ReadonlyMap<string, string>;
  readonly host: string;
  readonly address: S3Address;
}

/**
 * Reads the request line and the headers of a message.
 *
 * @param virtualHosts hosts under which `bucket.<host>` names a bucket, besides those of AWS
 * @throws S3Refusal InvalidURI when the path or the query is not percent-encoded UTF-8
 */
export function readS3Request(message: IncomingMessage, virtualHosts: readonly string[]): S3Request {
  const [rawPath, rawQuery] = splitTarget(message.url ?? '/');
  const headers = new Map<string, string>();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (values !== undefined) headers.set(name, values.join(','));
  }
  const keyPath = decoded(rawPath);
  const host = headers.get('host') ?? '';
  return {
    method: message.method ?? 'GET',
    keyPath,
    query: queryParameters(rawQuery),
    headers,
    host,
    address: s3Address(host, keyPath, virtualHosts),
  };
}

/** The first value of a query parameter; undefined when it is absent, an empty string when it has no value. */
export function parameter(request: S3Request, name: string): string | undefined {
  return request.query.find(([key]) => key === name)?.[1];
}

/** Splits a request target, origin-form or absolute-form, into path and query without decoding either. */
function splitTarget(target: string): readonly [path: string, query: string] {
  const origin = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
  const mark = origin.indexOf('?');
  const path = mark === -1 ? origin : origin.slice(0, mark);
  if (path !== '' && !path.startsWith('/')) throw new S3Refusal('InvalidURI');
  return [path === '' ? '/' : path, mark === -1 ? '' : origin.slice(mark + 1)];
}

function queryParameters(query: string): readonly (readonly [string, string])[] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', ...value] = part.replaceAll('+', ' ').split('=');
      return [decoded(name), decoded(value.join('='))] as const;
    });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Refusal('InvalidURI');
  }
}
