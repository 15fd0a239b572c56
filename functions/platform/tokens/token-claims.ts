import type { TokenHolder } from '../../core/access/caller.ts';
import { organizationNamed } from '../../core/access/organization.ts';
import { type Scope, scopeNamed } from '../../core/access/scope.ts';

/** Where a deployment's tokens say what their holder may do. */
export interface ClaimNames {
  /** May hold colons, slashes and dots: it is a name and not a path. */
  readonly organizationClaim: string;
  readonly scopesClaim: string;
  /** What the issuer puts before the names of this service's scopes; empty when nothing. */
  readonly scopePrefix: string;
}

type Claims = Readonly<Record<string, unknown>>;

/** Organizations that one token can open. */
const mostOrganizations = 20;

/** What is in the subject ends up in the trail, so nothing that moves a terminal's cursor (OpenID Connect Core, 2). */
const subject = /^\P{Cc}{1,255}$/u;

/**
 * What the claims of a token say of its holder. Whether they are to be believed is not looked at here.
 *
 * @returns undefined when they do not name a holder. Organizations and scopes may be none: what cannot be one is left
 *   out, and organizations after the twentieth
 */
export function holderIn(claims: Claims, names: ClaimNames): TokenHolder | undefined {
  const { sub } = claims;
  if (typeof sub !== 'string' || !subject.test(sub) || !sub.isWellFormed()) return undefined;
  return {
    subject: sub,
    organizations: organizationsIn(claims[names.organizationClaim]),
    scopes: scopesIn(claims[names.scopesClaim], names.scopePrefix),
  };
}

/**
 * Whether the claims name one of the audiences: in `aud`, or in `client_id` where there is no `aud`, which is how
 * the access tokens of Cognito say whom they are for.
 */
export function isFor(audiences: ReadonlySet<string>, { aud, client_id }: Claims): boolean {
  return manyOf(aud === undefined ? client_id : aud).some((one) => typeof one === 'string' && audiences.has(one));
}

/** A number, a text, texts with spaces between them, or an array of these. */
function organizationsIn(claim: unknown): readonly string[] {
  const names = manyOf(claim).flatMap((one) => (typeof one === 'number' ? [`${one}`] : wordsIn(one)));
  return [...new Set(names.filter((name) => organizationNamed(name) !== undefined))].slice(0, mostOrganizations);
}

/** Texts with spaces between them (RFC 8693, 4.2), or an array whose texts may hold spaces. */
function scopesIn(claim: unknown, prefix: string): readonly Scope[] {
  const names = Array.isArray(claim) ? manyOf(claim) : wordsIn(claim);
  const known = names.flatMap((name) => {
    if (typeof name !== 'string' || !name.startsWith(prefix)) return [];
    return scopeNamed(name.slice(prefix.length)) ?? [];
  });
  return [...new Set(known)];
}

const manyOf = (claim: unknown): readonly unknown[] => (Array.isArray(claim) ? claim : [claim]);

const wordsIn = (text: unknown): readonly string[] => (typeof text === 'string' ? text.split(' ') : []);
