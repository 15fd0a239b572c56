import { isJwks } from 'aws-jwt-verify/jwk';
import type { Json } from 'aws-jwt-verify/safe-json-parse';
import * as z from 'zod/mini';
import type { Egress, Way } from '../../providers/egress/egress.ts';
import { getDocument } from '../../providers/egress/get-json.ts';
import { networkFailure } from '../../providers/network-failure.ts';
import type { IssuerTrouble } from '../runtime/log.ts';

/** Milliseconds for both of the issuer's answers together. */
const askingTime = 3_000;
/** Milliseconds without another question after one that led to nothing: no stranger decides how often we ask. */
const pause = 10_000;
/** Milliseconds after which keys are fetched anew, so that one that the issuer withdrew is not believed for long. */
const keysAge = 600_000;

const documentBytes = 128 * 1024;
/** What makes XML dear to read is no measure for JSON. */
const documentLimits = { bytes: documentBytes, marks: documentBytes, run: documentBytes };

/** The parts that are used of what an issuer says about itself (OpenID Connect Discovery 1.0, 3). */
const configuration = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** Thrown where a token may be good, and its issuer was of no use when it was asked last. */
export class IssuerAway extends Error {
  override readonly name = 'IssuerAway';
}

/** An issuer's keys in the terms of the verification library: what fetches them, and what keeps it from doing so. */
export interface IssuerKeys {
  /** Where the issuer tells about itself (OpenID Connect Discovery 1.0, 4). */
  readonly address: string;
  /** Asks there, and then for the keys that the answer names. @throws IssuerAway when there are none to be had */
  fetch(): Promise<ArrayBuffer>;
  /** @throws Error while it is too early to ask again, an IssuerAway where asking led to nothing */
  wait(): Promise<void>;
  /** Notes that a key was asked for that the issuer does not have. */
  registerFailedAttempt(): void;
  registerSuccessfulAttempt(): void;
  /** Whether the keys are so old that they should be fetched anew, and that may be done now. */
  areDue(): boolean;
}

/**
 * @param issuer its URL, to the letter what it calls itself
 * @param report told each time that the issuer was of no use; that may be often
 * @returns undefined when that is no URL
 */
export function keysOf(issuer: string, egress: Egress, report: (trouble: IssuerTrouble) => void) {
  const address = URL.parse(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!address) return undefined;
  let fetchedAt: number | undefined;
  let failedAt: number | undefined;
  let away = false;
  const keys: IssuerKeys = {
    address: address.href,
    async fetch() {
      const way = egress.open(AbortSignal.timeout(askingTime), documentLimits);
      const answer = await ask(issuer, address, way).catch((error: unknown): IssuerTrouble => {
        const network = networkFailure(error, way.signal);
        return { code: 'issuer-unreachable', ...(network && { network }) };
      });
      if (answer instanceof ArrayBuffer) {
        fetchedAt = Date.now();
        away = false;
        return answer;
      }
      failedAt = Date.now();
      away = true;
      report(answer);
      throw new IssuerAway('There are no keys to be had.');
    },
    async wait() {
      if (!isWithin(pause, failedAt)) return;
      const early = 'It is too early to ask again.';
      throw away ? new IssuerAway(early) : new Error(early);
    },
    registerFailedAttempt() {
      failedAt = Date.now();
    },
    // A pause is not cut short: whoever waited for the same answer may have asked for a key that is not there.
    registerSuccessfulAttempt() {},
    areDue: () => fetchedAt !== undefined && !isWithin(keysAge, fetchedAt) && !isWithin(pause, failedAt),
  };
  return keys;
}

/** The issuer's keys as they came, once it is clear that they are some. @throws what the network failed with */
async function ask(issuer: string, address: URL, way: Way): Promise<ArrayBuffer | IssuerTrouble> {
  const about = z.safeParse(configuration, readJson(await getDocument(address, way)));
  if (!about.success) return { code: 'issuer-unreadable' };
  if (about.data.issuer !== issuer) return { code: 'issuer-differs' };
  const place = URL.parse(about.data.jwks_uri);
  // Over plain http anybody on the way could put other keys there, so only an issuer that is itself spoken to so may.
  if (!place || (place.protocol !== 'https:' && place.protocol !== address.protocol)) {
    return { code: 'issuer-unreadable' };
  }
  const keys = await getDocument(place, way);
  const read = readJson(keys);
  // Read here as the library is about to: where it failed, no pause would follow.
  return keys && read !== undefined && isJwks(read) ? keys : { code: 'issuer-unreadable' };
}

function readJson(document: ArrayBuffer | undefined): Json | undefined {
  if (!document) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(document));
  } catch {
    return undefined;
  }
}

/** Whether a moment (epoch milliseconds) was that long ago at most; one that a clock put into the future was not. */
function isWithin(time: number, moment: number | undefined): boolean {
  if (moment === undefined) return false;
  const passed = Date.now() - moment;
  return passed >= 0 && passed < time;
}
