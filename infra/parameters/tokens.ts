import { CfnParameter, CfnRule, Fn, type Stack } from 'aws-cdk-lib/core';
import type { Settings } from '../settings.ts';
import { resourceServer, userPool } from './user-pool.ts';

/** What the functions are told of tokens, as CloudFormation hands it to them. Without an issuer, none is taken. */
export interface TokenVariables {
  readonly issuer: string;
  readonly audience: string;
  readonly organizationClaim: string;
  readonly scopesClaim: string;
  readonly scopePrefix: string;
}

/** Those of the deployment's own user pool, where the settings want one; otherwise the parameters. */
export function tokenVariables(
  stack: Stack,
  settings: Pick<Settings, 'userPool' | 'userPoolCallbackUrl' | 'deletionProtection'>,
): TokenVariables {
  if (!settings.userPool) return tokenParameters(stack);
  const { url, clientId } = userPool(stack, settings);
  return {
    issuer: url,
    // Of its access tokens, which say it as `client_id`.
    audience: clientId,
    organizationClaim: 'cognito:groups',
    scopesClaim: 'scope',
    scopePrefix: `${resourceServer}/`,
  };
}

/** Parameters, so that another issuer can be named without a synthesis. */
function tokenParameters(stack: Stack): TokenVariables {
  const parameter = (name: string, fallback: string, description: string, pattern?: readonly [string, string]) =>
    new CfnParameter(stack, name, {
      type: 'String',
      default: fallback,
      description,
      // All of a function's variables have 4 KB, of which certificates may take 3.
      maxLength: 200,
      ...(pattern && { allowedPattern: pattern[0], constraintDescription: pattern[1] }),
    }).valueAsString;
  const issuer = parameter(
    'TokenIssuer',
    '',
    'The issuer of OpenID Connect whose tokens are taken, as its tokens name it (iss), a slash at the end included. Empty: no tokens.',
    ['^(https?://[^\\s?#,]+)?$', 'must be a URL without query, such as https://auth.example.com/'],
  );
  const audience = parameter(
    'TokenAudience',
    '',
    'What tokens are for (aud, or client_id where there is no aud), separated by commas: one of them has to match.',
  );
  // Tokens that are for anybody would be good here whomever they were given to.
  new CfnRule(stack, 'TokensHaveAnAudience', {
    ruleCondition: Fn.conditionNot(Fn.conditionEquals(issuer, '')),
    assertions: [
      {
        assert: Fn.conditionNot(Fn.conditionEquals(audience, '')),
        assertDescription: 'TokenAudience has to be given with TokenIssuer.',
      },
    ],
  });
  return {
    issuer,
    audience,
    organizationClaim: parameter(
      'TokenOrganizationClaim',
      'organization',
      'The claim that names the organizations of a token: ids or slugs, one, several with spaces between them, or an array.',
    ),
    scopesClaim: parameter(
      'TokenScopesClaim',
      'scope',
      'The claim that names the scopes of a token, with spaces between them or as an array.',
    ),
    scopePrefix: parameter(
      'TokenScopePrefix',
      '',
      'What the issuer puts before the names of scopes. Scopes without it do not count.',
    ),
  };
}
