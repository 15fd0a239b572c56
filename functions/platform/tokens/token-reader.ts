import { type Jwk, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import type { JwtHeader, JwtPayload } from 'aws-jwt-verify/jwt-model';
import { JwtVerifier, type SupportedSignatureAlgorithm } from 'aws-jwt-verify/jwt-verifier';
import type { IssuerTrouble } from '../runtime/log.ts';
import type { IssuerKeys } from './token-issuer.ts';

/** Characters. What issuers give is 1 to 2 KB, and much more does not pass API Gateway as a header. */
export const longestToken = 8 * 1024;
/** Seconds by which an issuer's clock may differ from ours. */
const clockGrace = 30;
/** Milliseconds between two lines of the log on the same trouble. */
const reportingTime = 60_000;

/**
 * The algorithms that count, and the kind of key or the curve of each, which the library does not hold together (RFC
 * 8725, 3.1). All are asymmetric: there is a signature, and no secret that a public key could be taken for.
 */
const keyOf: Readonly<Record<SupportedSignatureAlgorithm, string>> = {
  RS256: 'RSA',
  RS384: 'RSA',
  RS512: 'RSA',
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'OKP',
};

/**
 * Reads tokens that the issuer signed and that hold now; for whom and about whom they are is left to be seen.
 *
 * @param only the one algorithm that the issuer is known to sign with; any that counts unless it is named
 * @returns what gives the claims of a token, or undefined. It throws for tokens that are no good as well, and an
 *   IssuerAway where that cannot be told
 */
export function readerOf(
  issuer: string,
  keys: IssuerKeys,
  only?: SupportedSignatureAlgorithm,
): (token: string) => Promise<JwtPayload | undefined> {
  const algorithms = new Map<string | undefined, string>(
    Object.entries(only === undefined ? keyOf : { [only]: keyOf[only] }),
  );
  const jwksCache = new SimpleJwksCache({ fetcher: keys, penaltyBox: keys });
  /** @throws Error when a token names an algorithm that is not one of its key's */
  const holdTogether = ({ header, jwk }: { readonly header: JwtHeader; readonly jwk: Jwk }): void => {
    if (algorithms.get(header.alg) !== (jwk.kty === 'EC' ? jwk.crv : jwk.kty)) throw new Error('This is another key.');
  };
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

/** Keys that cannot be renewed go on being believed: the issuer's absence is in the log, and ends with the function. */
const keepOld = () => {};

/** What a variable of the deployment lists, by commas. */
export const listed = (variable: string): readonly string[] => variable.split(',').flatMap((one) => one.trim() || []);

/** Passes on one report in a while. */
export function onceInAWhile(report: (trouble: IssuerTrouble) => void): typeof report {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (trouble) => {
    if (Date.now() - reportedAt < reportingTime) return;
    reportedAt = Date.now();
    report(trouble);
  };
}
