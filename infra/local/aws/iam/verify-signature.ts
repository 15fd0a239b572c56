import type { Log } from '../invoke.ts';
import type { Caller } from '../service.ts';
import { assumedRole, createCaller } from './authorize.ts';
import type { Issuer, Principal } from './credentials.ts';
import { type RefusedSignature, type SignedHttpRequest, type SigningScope, verifySignature } from './signature.ts';

/** Who signed a request, as IAM names callers, and what they may do. */
export interface Signer extends Caller {
  readonly kind: 'signed';
  readonly accessKeyId: string;
  readonly accountId: string;
  /** IAM's unique id: `AIDA…` of a user, `AROA…:<session>` of a role in use. */
  readonly principalId: string;
  /** Of the user, or of the session of the role. */
  readonly arn: string;
}

/** Tells who signed a request, or why its signature is refused. */
export type SignerOf = (request: SignedHttpRequest, scope: SigningScope) => Promise<Signer | RefusedSignature>;

/** IAM for endpoints of the account that are not on the wire, by the credentials that this start gave out. */
export function createSignerOf(issuer: Issuer, place: { account: string; region: string }, log: Log): SignerOf {
  return async (request, scope) => {
    const verified = await verifySignature(request, scope, issuer, new Date());
    if (verified.kind === 'refused') return verified;
    const { principal, credentials } = verified.issued;
    return {
      kind: 'signed',
      accessKeyId: credentials.accessKeyId,
      accountId: place.account,
      ...nameOf(principal, place.account),
      ...createCaller(principal, place, log),
    };
  };
}

function nameOf(principal: Principal, account: string): Pick<Signer, 'principalId' | 'arn'> {
  switch (principal.kind) {
    case 'administrator':
      return { principalId: 'AIDAADMINISTRATOR0000', arn: `arn:aws:iam::${account}:user/administrator` };
    case 'role': {
      const arn = assumedRole(principal.role.arn);
      return { principalId: `${principal.role.id}:${arn.slice(arn.lastIndexOf('/') + 1)}`, arn };
    }
  }
}
