import type { SignatureFault } from '../../aws/iam/signature.ts';
import type { IdentifySigner } from '../../aws/iam/verify-signature.ts';
import { ServiceError } from '../../aws/service.ts';
import type { ErrorWords, GatewayError } from './gateway-responses.ts';
import type { GatewayRequest } from './request.ts';

/** What an event tells of a caller who signed with AWS credentials. */
export interface IamIdentity {
  readonly accessKey: string;
  readonly accountId: string;
  readonly caller: string;
  readonly user: string;
  readonly userArn: string;
}

export type Authorization =
  | { readonly kind: 'allowed'; readonly identity: IamIdentity }
  | { readonly kind: 'refused'; readonly error: GatewayError; readonly words?: ErrorWords };

/** Decides on a request to a route with `AWS_IAM`; `body` is what was sent, undefined for none. */
export type Authorize = (request: GatewayRequest, body: Buffer | undefined) => Promise<Authorization>;

/** The deployed API, as its methods' ARNs name it. */
interface Api {
  readonly region: string;
  readonly account: string;
  readonly apiId: string;
  readonly stage: string;
}

/**
 * The response type and error name of each fault (AWS Knowledge Center, "How do I troubleshoot HTTP 403 errors from API
 * Gateway?"; the type of an incomplete signature is not documented).
 */
const refusals: Readonly<Record<SignatureFault, { readonly error: GatewayError; readonly name: string }>> = {
  missing: { error: 'MISSING_AUTHENTICATION_TOKEN', name: 'MissingAuthenticationTokenException' },
  incomplete: { error: 'INVALID_SIGNATURE', name: 'IncompleteSignatureException' },
  unknown: { error: 'ACCESS_DENIED', name: 'AccessDeniedException' },
  mismatch: { error: 'INVALID_SIGNATURE', name: 'InvalidSignatureException' },
  expired: { error: 'EXPIRED_TOKEN', name: 'InvalidSignatureException' },
};

/**
 * Authorizes as a REST API does: the request is signed for `execute-api` in the API's region, and the caller may
 * `execute-api:Invoke` the method (`<API>/<stage>/<METHOD>/<path>`, the path as it was sent).
 *
 * @param identifySigner the wire's, which knows the credentials and the rights behind them
 */
export function iamAuthorization(identifySigner: IdentifySigner, { region, account, apiId, stage }: Api): Authorize {
  return async (request, body) => {
    const { method, path, query } = request;
    const signer = await identifySigner(
      { method, path, query, headers: joined(request.headers), body: body ?? new Uint8Array() },
      { service: 'execute-api', region },
    );
    if (signer.kind === 'refused') {
      const { error, name } = refusals[signer.fault];
      return { kind: 'refused', error, words: { name, message: signer.message } };
    }
    const { accessKeyId, accountId, principalId, arn } = signer;
    try {
      signer.require(
        'execute-api:Invoke',
        `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${method}${path}`,
      );
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { kind: 'refused', error: 'ACCESS_DENIED', words: { name: error.code, message: error.message } };
    }
    const identity = { accessKey: accessKeyId, accountId, caller: principalId, user: principalId, userArn: arn };
    return { kind: 'allowed', identity };
  };
}

/** As the canonical request has them: lower-case names, the values of a repeated one with commas between them. */
function joined(headers: GatewayRequest['headers']): Record<string, string> {
  const byName = Map.groupBy(headers, ([name]) => name.toLowerCase());
  return Object.fromEntries([...byName].map(([name, all]) => [name, all.map(([, value]) => value).join(',')]));
}
