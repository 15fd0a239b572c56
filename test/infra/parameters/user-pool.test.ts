import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { scopes } from '../../../functions/core/access/scope.ts';
import { tokenVariables } from '../../../infra/parameters/tokens.ts';
import { settingsFrom } from '../../../infra/settings.ts';

interface Made {
  readonly template: Template;
  /** As the template has them. */
  readonly variables: unknown;
}

function stackWith(context: Readonly<Record<string, unknown>>, name = 'StorageConnections'): Made {
  const outdir = mkdtempSync(join(tmpdir(), 'storage-connections-test-'));
  try {
    const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir });
    const stack = new Stack(app, name);
    const variables: unknown = stack.resolve(tokenVariables(stack, settingsFrom(context)));
    return { template: Template.fromStack(stack), variables };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Of the parameters on tokens; the CDK has one of its own. */
const defaultsIn = (template: Template) =>
  Object.fromEntries(
    Object.entries(template.findParameters('*')).flatMap(([name, { Default }]) =>
      name.startsWith('Token') ? [[name, Default]] : [],
    ),
  );

describe('without a user pool', () => {
  const { template, variables } = stackWith({});

  it('there is nothing of Cognito, and no output', () => {
    expect(template.toJSON()).not.toHaveProperty('Resources');
    expect(template.toJSON()).not.toHaveProperty('Outputs');
  });

  it('tokens are a matter of parameters, and not taken unless one names their issuer', () => {
    expect(variables).toEqual({
      issuer: { Ref: 'TokenIssuer' },
      audience: { Ref: 'TokenAudience' },
      organizationClaim: { Ref: 'TokenOrganizationClaim' },
      scopesClaim: { Ref: 'TokenScopesClaim' },
      scopePrefix: { Ref: 'TokenScopePrefix' },
    });
    expect(defaultsIn(template)).toEqual({
      TokenIssuer: '',
      TokenAudience: '',
      TokenOrganizationClaim: 'organization',
      TokenScopesClaim: 'scope',
      TokenScopePrefix: '',
    });
  });

  it('an issuer is a URL, and comes with an audience', () => {
    const pattern = new RegExp(template.findParameters('TokenIssuer')['TokenIssuer']?.['AllowedPattern']);
    for (const issuer of ['', 'https://acme.eu.auth0.com/', 'http://localhost:8080/realms/acme']) {
      expect(issuer).toMatch(pattern);
    }
    for (const issuer of [
      'auth.example.com',
      'https://a.example,https://b.example',
      'https://a.example/?x',
      'ftp://a',
    ]) {
      expect(issuer).not.toMatch(pattern);
    }
    const isEmpty = (name: string) => ({ 'Fn::Equals': [{ Ref: name }, ''] });
    expect(template.toJSON()['Rules']['TokensHaveAnAudience']).toMatchObject({
      RuleCondition: { 'Fn::Not': [isEmpty('TokenIssuer')] },
      Assertions: [{ Assert: { 'Fn::Not': [isEmpty('TokenAudience')] } }],
    });
  });
});

describe('with a user pool', () => {
  const { template, variables } = stackWith({ userPool: 'true' });
  const idOf = (type: string): string => {
    const [id = '', more] = Object.keys(template.findResources(type));
    expect(more).toBeUndefined();
    return id;
  };

  it('people are invited, may have a second factor, and stay when the stack goes', () => {
    template.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        DeletionProtection: 'ACTIVE',
        EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
        MfaConfiguration: 'OPTIONAL',
        UsernameAttributes: ['email'],
      },
    });
    // Codes by SMS would need a role.
    template.resourceCountIs('AWS::IAM::Role', 0);
    stackWith({ userPool: true, stage: 'dev' }).template.hasResourceProperties('AWS::Cognito::UserPool', {
      DeletionProtection: 'INACTIVE',
    });
  });

  it('there is a scope for each of the service’s', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolResourceServer', {
      Identifier: 'storage-connections',
      Scopes: scopes.map((ScopeName) => Match.objectLike({ ScopeName })),
    });
  });

  it('they sign in where only this account does, in lower case', () => {
    const prefix = (made: Made) =>
      Object.values(made.template.findResources('AWS::Cognito::UserPoolDomain')).map(
        ({ Properties }) => Properties.Domain,
      );
    const account = { Ref: 'AWS::AccountId' };
    expect(prefix({ template, variables })).toEqual([{ 'Fn::Join': ['', ['storageconnections-', account]] }]);
    expect(prefix(stackWith({ userPool: true }, 'StorageConnections-dev'))).toEqual([
      { 'Fn::Join': ['', ['storageconnections-dev-', account]] },
    ]);
    expect(() => stackWith({ userPool: true }, 'StorageConnections-aws')).toThrow('no name with "aws" in it');
  });

  it('their app has no secret, gets a code and nothing else, and tokens for an hour', () => {
    const userPoolCallbackUrl = 'https://app.example.com/callback';
    const server = idOf('AWS::Cognito::UserPoolResourceServer');
    stackWith({ userPool: true, userPoolCallbackUrl }).template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', ...scopes.map((scope) => ({ 'Fn::Join': ['', [{ Ref: server }, `/${scope}`]] }))],
      CallbackURLs: [userPoolCallbackUrl],
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AccessTokenValidity: 60,
      IdTokenValidity: 60,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes' },
      PreventUserExistenceErrors: 'ENABLED',
    });
  });

  it('its tokens are taken, and no other issuer’s', () => {
    const issuer = { 'Fn::GetAtt': [idOf('AWS::Cognito::UserPool'), 'ProviderURL'] };
    const audience = { Ref: idOf('AWS::Cognito::UserPoolClient') };
    expect(variables).toEqual({
      issuer,
      audience,
      organizationClaim: 'cognito:groups',
      scopesClaim: 'scope',
      scopePrefix: 'storage-connections/',
    });
    expect(defaultsIn(template)).toEqual({});
    template.hasOutput('TokenIssuerUrl', { Value: issuer });
    template.hasOutput('UserPoolClientId', { Value: audience });
    template.hasOutput('UserPoolId', { Value: { Ref: idOf('AWS::Cognito::UserPool') } });
    template.hasOutput('UserPoolDomain', {
      Value: { 'Fn::Join': ['', Match.arrayWith(['https://', '.auth.', '.amazoncognito.com'])] },
    });
  });
});
