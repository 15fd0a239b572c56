import { expect } from 'vitest';
import { scopes } from '../../../functions/core/access/scope.ts';
import type { Fields, Issuer, SignOptions } from '../../issuer.ts';
import type { Service } from '../service.ts';

/** Tokens for a deployment whose issuer calls things otherwise than the parameters do by default. */

const organizationClaim = 'https://storage.example.com/organization';
const scopesClaim = 'permissions';
const scopePrefix = 'storage/';

/** The parameters by which a deployment takes this issuer's tokens. */
export const tokenParameters = ({ url, audience }: Issuer) => ({
  EgressAllow: new URL(url).host,
  TokenIssuer: url,
  TokenAudience: `elsewhere, ${audience}`,
  TokenOrganizationClaim: organizationClaim,
  TokenScopesClaim: scopesClaim,
  TokenScopePrefix: scopePrefix,
});

/** What a token says that opens an organization: all scopes, unless told otherwise. */
export const claimsFor = (organization: unknown, of: readonly string[] = scopes): Fields => ({
  [organizationClaim]: organization,
  [scopesClaim]: of.map((scope) => scopePrefix + scope),
});

/** The tokens that a suite sends, remembered. */
export function tokensOf(issuer: Issuer) {
  const sent = new Set<string>();
  const remembered = (token: string): string => {
    sent.add(token);
    return token;
  };
  return {
    remembered,
    /** A token of the issuer's for an organization, or several. */
    tokenFor: (organization: unknown, { scopes, claims = {}, ...how }: TokenOptions = {}): string =>
      remembered(issuer.sign({ ...claimsFor(organization, scopes), ...claims }, how)),
    /** Fails if what a token says or its signature was kept anywhere; headers are alike. */
    async expectNoToken({ target: { wire, logs } }: Service) {
      const { rows, executions, events, secrets } = wire.observe;
      const kept = JSON.stringify([logs(), await rows(), executions(), events(), secrets()]);
      const parts = [...sent].flatMap((token) => token.split('.').slice(1)).filter(({ length }) => length > 10);
      expect(parts.length).toBeGreaterThan(5);
      for (const part of parts) expect(kept.includes(part)).toBe(false);
    },
  };
}

interface TokenOptions extends SignOptions {
  /** All of them unless others are named. */
  readonly scopes?: readonly string[];
  readonly claims?: Fields;
}
