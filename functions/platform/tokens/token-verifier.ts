import type { VerifyToken } from '../../core/access/ports.ts';
import { guardedEgress } from '../../providers/egress/egress.ts';
import { type EgressEnvironment, parseRules } from '../../providers/egress/parse-rules.ts';
import { logIssuer } from '../runtime/log.ts';
import { type ClaimNames, holderIn, isFor } from './token-claims.ts';
import { keysOf } from './token-issuer.ts';
import { listed, longestToken, onceInAWhile, readerOf } from './token-reader.ts';

/** The deployment's variables on tokens, as they are written. */
export interface TokenSettings extends ClaimNames {
  /** The issuer's URL, to the letter what it calls itself. */
  readonly issuer: string;
  /** By commas: a token is for this deployment when it is for one of them. */
  readonly audience: string;
  readonly egress: EgressEnvironment;
}

/**
 * Verifies tokens of one issuer, whose keys it keeps. It never says what is wrong with a token, and that an issuer
 * cannot be reached only to the log.
 *
 * @throws Error when the egress variables cannot be read
 */
export function tokenVerifier({ issuer, audience, egress, ...names }: TokenSettings): VerifyToken {
  const report = onceInAWhile(logIssuer);
  const audiences = new Set(listed(audience));
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
