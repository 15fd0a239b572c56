import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { stop } from '../errors.ts';
import type { Target } from '../target.ts';
import type { Ask } from './ask.ts';
import { readAnswer } from './parse-answer.ts';

/** The JSON of a successful answer. @throws Stopped when there is no answer in time, or it is a refusal */
export type Call = (ask: Ask) => Promise<unknown>;

/**
 * The way to call an API: signed for `execute-api` (Signature Version 4), sent once, never followed elsewhere.
 *
 * @param how epoch milliseconds, and milliseconds that one request may take
 */
export function caller(target: Target, { now, deadline }: { now: () => number; deadline: number }): Call {
  const { credentials, region } = target;
  const signer = new SignatureV4({ credentials, region, service: 'execute-api', sha256: Sha256 });
  return async (ask) => {
    const url = new URL(target.url + ask.path);
    const content = ask.body === undefined ? undefined : JSON.stringify(ask.body);
    const signed = await signer.sign(
      {
        method: ask.method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: { ...ask.query },
        headers: {
          host: url.host,
          accept: 'application/json, application/problem+json',
          // Shown in the audit trail.
          'user-agent': 'storage-connections-admin',
          ...(content !== undefined && { 'content-type': 'application/json' }),
        },
        body: content,
      },
      { signingDate: new Date(now()) },
    );
    url.search = queryOf(ask.query ?? {});
    // The same text again, from the address.
    const { host: _, ...headers } = signed.headers;
    try {
      const response = await fetch(url, {
        method: ask.method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(deadline),
        ...(content !== undefined && { body: content }),
      });
      return readAnswer(response, await response.text(), target, ask);
    } catch (error) {
      if (!(error instanceof Error) || !isOfTheNetwork(error)) throw error;
      return stop(...lost(error, ask, target, deadline));
    }
  };
}

/** Escaped in the way in which it is signed: all but RFC 3986's unreserved characters. */
const queryOf = (query: Readonly<Record<string, string>>): string =>
  Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/[!'()*]/g, percent)}`)
    .join('&');

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** What fetch throws when there is no answer; everything else is a bug of this program, or said already. */
const isOfTheNetwork = ({ name, cause }: Error): boolean =>
  name === 'TimeoutError' || (name === 'TypeError' && cause !== undefined);

function lost(error: Error, { method }: Ask, target: Target, deadline: number): readonly string[] {
  const isLate = error.name === 'TimeoutError';
  // Neither of the two got as far as a request.
  const isUnsent = error.cause instanceof Error && /ECONNREFUSED|ENOTFOUND/.test(codeOf(error.cause));
  return [
    isLate ? `${target.name} did not answer within ${deadline / 1_000} seconds.` : target.unreachable,
    ...(method === 'POST' && !isUnsent ? ['It may have been done all the same: look before you repeat it.'] : []),
  ];
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
