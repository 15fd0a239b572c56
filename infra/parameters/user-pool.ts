import {
  AccountRecovery,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Aws, CfnOutput, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib/core';
import { scopes } from '../../functions/core/access/scope.ts';
import type { Settings } from '../settings.ts';

/** What the deployment's own pool puts into its tokens. */
export interface OwnIssuer {
  readonly url: string;
  readonly clientId: string;
}

/** What the service is to the pool; its tokens put this before the names of scopes, with a slash. */
export const resourceServer = 'storage-connections';

/**
 * A Cognito user pool for deployments whose users have no issuer of tokens yet: people are invited by an operator, put
 * into groups named by the slugs of organizations, and sign in with a browser. Kept when the stack goes, like the
 * tables: passwords cannot be read out and put in elsewhere.
 */
export function userPool(
  stack: Stack,
  { deletionProtection, userPoolCallbackUrl }: Pick<Settings, 'deletionProtection' | 'userPoolCallbackUrl'>,
): OwnIssuer {
  const pool = new UserPool(stack, 'UserPool', {
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    passwordPolicy: { minLength: 12, requireLowercase: true, requireUppercase: true, requireDigits: true },
    // Each user may set up an authenticator app. By SMS costs money and a role, and is the weakest second factor.
    mfa: Mfa.OPTIONAL,
    mfaSecondFactor: { otp: true, sms: false },
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection,
  });
  const offered = scopes.map((scopeName) => new ResourceServerScope({ scopeName, scopeDescription: scopeName }));
  const server = pool.addResourceServer('Scopes', { identifier: resourceServer, scopes: offered });
  const domain = pool.addDomain('Domain', { cognitoDomain: { domainPrefix: domainPrefix(stack.stackName) } });
  const client = pool.addClient('App', {
    // For programs that cannot keep a secret, and prove by PKCE that they are who began.
    generateSecret: false,
    oAuth: {
      flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
      scopes: [OAuthScope.OPENID, ...offered.map((scope) => OAuthScope.resourceServer(server, scope))],
      callbackUrls: [userPoolCallbackUrl],
    },
    // Who signs in past the browser gets a token without any of the scopes above.
    authFlows: { userSrp: true },
    supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(1),
    enableTokenRevocation: true,
    preventUserExistenceErrors: true,
  });
  const url = pool.userPoolProviderUrl;
  const output = (name: string, value: string, description: string) =>
    new CfnOutput(stack, name, { value, description });
  output('UserPoolId', pool.userPoolId, 'The user pool, for inviting users and putting them into groups.');
  output(
    'UserPoolClientId',
    client.userPoolClientId,
    'The app client that users sign in with, and the audience of their tokens.',
  );
  output(
    'UserPoolDomain',
    domain.baseUrl(),
    'Where users sign in: /oauth2/authorize, and /oauth2/token for the tokens.',
  );
  output('TokenIssuerUrl', url, 'The issuer of the tokens that this deployment takes.');
  return { url, clientId: client.userPoolClientId };
}

/** Words that Cognito keeps for itself in the prefix of a domain. */
const kept = /aws|amazon|cognito/;

/** One for the whole region, so the account is part of it. @throws Error for a stack's name that cannot be part of it */
function domainPrefix(stackName: string): string {
  const name = stackName.toLowerCase();
  const word = kept.exec(name)?.[0];
  if (word !== undefined) {
    throw new Error(`The user pool's domain is named after the stage, and Cognito takes no name with "${word}" in it.`);
  }
  return `${name}-${Aws.ACCOUNT_ID}`;
}
