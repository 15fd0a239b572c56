import { type Jwk, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import type { JwtHeader, JwtPayload } from 'aws-jwt-verify/jwt-model';
import { JwtVerifier, type SupportedSignatureAlgorithm } from 'aws-jwt-verify/jwt-verifier';
import type { VerifyToken } from '../core/access.ts';
import { guardedEgress } from '../providers/egress/egress.ts';
import { type EgressEnvironment, parseRules } from '../providers/egress/rules.ts';
import { type IssuerTrouble, logIssuer } from './log.ts';
import { type ClaimNames, holderIn, isFor } from './token-claims.ts';
import { type IssuerKeys, keysOf } from './token-issuer.ts';

/** The deployment's variables on tokens, as they are written. */
export interface TokenSettings extends ClaimNames {
  /** The issuer's URL, to the letter what it calls itself. */
  readonly issuer: string;
  /** By commas: a token is for this deployment when it is for one of them. */
  readonly audience: string;
  readonly egress: EgressEnvironment;
}

/** Characters. What issuers give is 1 to 2 KB, and much more does not pass API Gateway as a header. */
const longestToken = 8 * 1024;
/** Seconds by which an issuer's clock may differ from ours. */
const clockGrace = 30;
/** Milliseconds between two lines of the log on the same trouble. */
const reportingTime = 60_000;

/**
 * The algorithms that count, and the kind of key or the curve of each, which the library does not hold together (RFC
 * 8725, 3.1). All are asymmetric: there is a signature, and no secret that a public key could be taken for.
 */
const algorithms = new Map<string | undefined, string>(
  Object.entries({
    RS256: 'RSA',
    RS384: 'RSA',
    RS512: 'RSA',
    ES256: 'P-256',
    ES384: 'P-384',
    ES512: 'P-521',
    EdDSA: 'OKP',
  } satisfies Record<SupportedSignatureAlgorithm, string>),
);

/**
 * Verifies tokens of one issuer, whose keys it keeps. It never says what is wrong with a token, and that an issuer
 * cannot be reached only to the log.
 *
 * @throws Error when the egress variables cannot be read
 */
export function tokenVerifier({ issuer, audience, egress, ...names }: TokenSettings): VerifyToken {
  const report = onceInAWhile(logIssuer);
  const audiences = new Set(audience.split(',').flatMap((one) => one.trim() || []));
  const keys = keysOf(issuer, guardedEgress(parseRules(egress)), report);
  if (!keys || audiences.size === 0) {
    return async () => {
      report({ code: 'token-settings-wrong' });
      return undefined;
    };
  }
  const read = readerOf(issuer, keys);
  return async (token) => {
    if (token.length > longestToken) return undefined;
    const claims = await read(token).catch(() => undefined);
    return claims && isFor(audiences, claims) ? holderIn(claims, names) : undefined;
  };
}

/** Reads tokens that the issuer signed and that hold now; for whom and about whom they are is left to be seen. */
function readerOf(issuer: string, keys: IssuerKeys): (token: string) => Promise<JwtPayload | undefined> {
  const jwksCache = new SimpleJwksCache({ fetcher: keys, penaltyBox: keys });
  const verifier = JwtVerifier.create(
    // The keys are known by where the issuer tells of them: where they are themselves is asked each time.
    { issuer, audience: null, jwksUri: keys.address, graceSeconds: clockGrace, customJwtCheck: holdTogether },
    { jwksCache },
  );
  return async (token) => {
    const { header, payload } = decomposeUnverifiedJwt(token);
    // What can be told without a key comes first: nobody makes us ask the issuer, and the library keeps a key for
    // every issuer that a token names.
    if (payload.iss !== issuer || payload.exp === undefined) return undefined;
    // Extensions that change what is signed have to be understood, and none is (RFC 7515, 4.1.11).
    if (!algorithms.has(header.alg) || header['crit'] !== undefined) return undefined;
    if (keys.areDue()) await jwksCache.getJwks(keys.address).then((fresh) => verifier.cacheJwks(fresh), keepOld);
    return verifier.verify(token);
  };
}

/** @throws Error when a token names an algorithm that is not one of its key's */
function holdTogether({ header, jwk }: { readonly header: JwtHeader; readonly jwk: Jwk }): void {
  if (algorithms.get(header.alg) !== (jwk.kty === 'EC' ? jwk.crv : jwk.kty)) throw new Error('This is another key.');
}

/** Keys that cannot be renewed go on being believed: the issuer's absence is in the log, and ends with the function. */
const keepOld = () => {};

/** Passes on one report in a while. */
function onceInAWhile(report: (trouble: IssuerTrouble) => void): typeof report {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (trouble) => {
    if (Date.now() - reportedAt < reportingTime) return;
    reportedAt = Date.now();
    report(trouble);
  };
}
