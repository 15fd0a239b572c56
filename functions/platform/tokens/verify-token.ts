import type { VerifyToken } from '../../core/access/ports.ts';
import { egressEnvironment } from '../runtime/egress-environment.ts';
import { variable } from '../runtime/environment.ts';
import { loadOnce } from '../runtime/load-once.ts';

/**
 * What a JSON Web Token says, if the deployment names an issuer and that one signed it. What it takes to find out is
 * loaded when the first token arrives: most callers have a key, and many deployments no issuer.
 */
export const verifyToken: VerifyToken = async (token) => {
  if (variable('TOKEN_ISSUER') === '') return undefined;
  return (await tokenVerification())(token);
};

const tokenVerification = loadOnce(async (): Promise<VerifyToken> => {
  const { tokenVerifier } = await import('./token-verifier.ts');
  return tokenVerifier({
    issuer: variable('TOKEN_ISSUER'),
    audience: variable('TOKEN_AUDIENCE'),
    organizationClaim: variable('TOKEN_ORGANIZATION_CLAIM'),
    scopesClaim: variable('TOKEN_SCOPES_CLAIM'),
    scopePrefix: variable('TOKEN_SCOPE_PREFIX'),
    egress: egressEnvironment(),
  });
});
