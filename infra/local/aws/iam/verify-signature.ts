import type { Log } from '../invoke.ts';
import type { AwsEnvironment, Caller } from '../service.ts';
import { createCaller, toSessionArn } from './authorize.ts';
import type { CredentialIssuer, Principal } from './credentials.ts';
import { type RefusedSignature, type SignedHttpRequest, type SigningScope, verifySignature } from './signature.ts';

/** The signer of a request, under IAM's names, with their permissions. */
export interface Signer extends Caller {
  readonly kind: 'signed';
  readonly accessKeyId: string;
  readonly accountId: string;
  /** IAM's unique id: `AIDA…` for a user, `AROA…:<session>` for an assumed role. */
  readonly principalId: string;
  /** The ARN of the user, or of the role's session. */
  readonly arn: string;
}

/** Identifies a request's signer, or says why its signature is refused. */
export type IdentifySigner = (request: SignedHttpRequest, scope: SigningScope) => Promise<Signer | RefusedSignature>;

/** Creates the authentication of endpoints beside the AWS services, by the credentials that this start issued. */
export function createIdentifySigner(issuer: CredentialIssuer, env: AwsEnvironment, log: Log): IdentifySigner {
  return async (request, scope) => {
    const verified = await verifySignature(request, scope, issuer, new Date());
    if (verified.kind === 'refused') return verified;
    const { principal, credentials } = verified.issued;
    return {
      kind: 'signed',
      accessKeyId: credentials.accessKeyId,
      accountId: env.account,
      ...toIamNames(principal, env.account),
      ...createCaller(principal, env, log),
    };
  };
}

function toIamNames(principal: Principal, account: string): Pick<Signer, 'principalId' | 'arn'> {
  switch (principal.kind) {
    case 'administrator':
      return { principalId: 'AIDAADMINISTRATOR0000', arn: `arn:aws:iam::${account}:user/administrator` };
    case 'role': {
      const arn = toSessionArn(principal.role.arn);
      return { principalId: `${principal.role.id}:${arn.slice(arn.lastIndexOf('/') + 1)}`, arn };
    }
  }
}
