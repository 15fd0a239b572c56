import { type ClientRequest, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { expect, onTestFinished } from 'vitest';
import { type EgressOptions, guardedEgress, type Way } from '../../../functions/providers/egress/egress.ts';
import { EgressRefusal } from '../../../functions/providers/egress/egress-error.ts';
import { type EgressEnvironment, parseRules } from '../../../functions/providers/egress/parse-rules.ts';
import type { Lookup } from '../../../functions/providers/egress/resolve-route.ts';
import { xmlListing } from '../../../functions/providers/egress/response-meter.ts';
import { answering } from '../../conformance/storage/hostile.ts';

/** The conduct of a server that can be told to have been reached. */
export const greeting = answering({ status: 200, body: 'hello' });

/** A way under these rules, which ends with the test. */
export function wayBy(
  environment: EgressEnvironment,
  options?: EgressOptions,
  deadline = new AbortController(),
  proxy?: string,
): Way {
  onTestFinished(() => deadline.abort());
  return guardedEgress(parseRules(environment), options).open(deadline.signal, xmlListing, proxy);
}

/** One GET: the body, or the error. */
export function get(way: Way, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { protocol, hostname } = new URL(url);
    const sent: ClientRequest =
      protocol === 'https:'
        ? tlsRequest(url, { agent: way.httpsAgent, hostname })
        : plainRequest(url, { agent: way.httpAgent, hostname });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve(body));
      answer.on('error', reject);
    });
    sent.end();
  });
}

/** A look-up that answers the first call with the first addresses and so on; the last ones stay. */
export const answeringLookup = (...answers: string[][]): Lookup & { calls: string[] } => {
  const calls: string[] = [];
  const lookup: Lookup = (host, _options, callback) => {
    const addresses = answers[Math.min(calls.length, answers.length - 1)] ?? [];
    calls.push(host);
    setImmediate(() =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    );
  };
  return Object.assign(lookup, { calls });
};

/** Expects a GET to be refused by the egress, on account of the address. */
export async function expectRefused(way: Way, url: string): Promise<void> {
  await expect(get(way, url)).rejects.toThrow();
  expect(way.signal.reason).toBeInstanceOf(EgressRefusal);
  expect(way.signal.reason).toMatchObject({ code: 'address-not-allowed' });
}
