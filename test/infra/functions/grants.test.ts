import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { PortName } from '../../../functions/core/ports.ts';
import { grants } from '../../../infra/functions/grants.ts';
import {
  declaredFunctions,
  functionsOf,
  logicalIdIn,
  resourceOf,
  rolesOf,
  type Statement,
  synthesize,
} from '../template.ts';

const template = synthesize();
const functions = functionsOf(template);
const roles = rolesOf(template);
const everyStatement = [...roles.values()].flatMap(({ statements }) => statements);

function statementsOf(name: string): readonly Statement[] {
  const statements = roles.get(functions.get(name)?.role ?? '')?.statements;
  if (!statements) throw new Error(`No role for ${name}.`);
  return statements;
}

const isOperators = (name: string) => name.startsWith('admin/');
const isSenders = (name: string) => name.startsWith('storage-webhooks/');
const isTask = (name: string) => /^(?:re)?verification\//.test(name);
/** What Lambda calls with messages reads its queue by its own role. */
const takers = ['reverification/check', 'reverification/storage-event'];
const onlyKeys = (...patterns: readonly string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
});
/** A kind of rows (`KEY#…`), one partition by name, or the owners of an index of the storage they own. */
const keyPattern = z.string().check(z.regex(/^(?:[A-Z]+(?:#\*)?|(?:amazon|azure|google)\/\*)$/));

const [fingerprintKey] = resourceOf(template, 'AWS::SecretsManager::Secret');
const credentials = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:prod/conn/*';
const customerRoles = 'arn:<AWS::Partition>:iam::*:role/*';
const unsavedCredentials = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:prod/job/*';

/** Rights on secrets, as the test below spells those of the template. */
const granted = (names: readonly string[], rights: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  names.flatMap((name) =>
    Object.entries(rights).flatMap(([resource, actions]) =>
      actions.map((action) => `${name} secretsmanager:${action} ${resource}`),
    ),
  );

describe('secrets', () => {
  it('are open to exactly these functions, for exactly this', () => {
    const rights = [...functions.keys()].flatMap((name) =>
      statementsOf(name).flatMap(({ actions, resources }) =>
        actions
          .filter((action) => action.startsWith('secretsmanager:'))
          .map((action) => `${name} ${action} ${resources.join(' ')}`),
      ),
    );
    expect(new Set(rights)).toEqual(
      new Set([
        ...granted(
          ['avala/create-config', 'cval/create-storage', 'edge-impulse/add-bucket', 'nodeum/create-connector'],
          {
            [credentials]: ['CreateSecret', 'TagResource', 'DeleteSecret'],
          },
        ),
        ...granted(
          ['avala/remove-config', 'cval/delete-storage', 'edge-impulse/remove-bucket', 'nodeum/destroy-connector'],
          {
            [credentials]: ['DeleteSecret'],
          },
        ),
        ...granted(['edge-impulse/update-bucket', 'nodeum/update-connector'], {
          [credentials]: ['GetSecretValue', 'ListSecretVersionIds', 'PutSecretValue', 'UpdateSecretVersionStage'],
        }),
        // The two APIs whose documents return secrets.
        ...granted(['cval/get-storage', 'cval/list-storages', 'nodeum/list-connectors', 'nodeum/show-connector'], {
          [credentials]: ['GetSecretValue'],
        }),
        ...granted(['avala/test-config', 'edge-impulse/verify-bucket', 'edge-impulse/verify-existing-bucket'], {
          [unsavedCredentials]: ['CreateSecret', 'TagResource'],
          [`<${fingerprintKey}>`]: ['GetSecretValue'],
          [credentials]: ['GetSecretValue'],
        }),
        ...granted(['nodeum/test-connector'], {
          [unsavedCredentials]: ['CreateSecret', 'TagResource'],
          [`<${fingerprintKey}>`]: ['GetSecretValue'],
        }),
        `verification/conclude secretsmanager:DeleteSecret ${unsavedCredentials}`,
        `verification/probe secretsmanager:GetSecretValue ${credentials}`,
        `verification/probe secretsmanager:GetSecretValue ${unsavedCredentials}`,
        `reverification/check secretsmanager:GetSecretValue ${credentials}`,
        // Marks what an earlier version of the service stored; the janitor, which deletes by the mark, cannot set it.
        `reverification/check secretsmanager:TagResource ${credentials}`,
        `reverification/janitor secretsmanager:DeleteSecret ${credentials}`,
        `reverification/janitor secretsmanager:DeleteSecret ${unsavedCredentials}`,
        'reverification/janitor secretsmanager:ListSecrets *',
      ]),
    );
  });

  it('of another stage are out of reach', () => {
    const resources = [...rolesOf(synthesize({ stage: 'dev' })).values()].flatMap(({ statements }) =>
      statements.flatMap((statement) => statement.resources.filter((resource) => resource.includes(':secret:'))),
    );
    expect(resources).not.toEqual([]);
    for (const resource of resources) expect(resource).toMatch(/:secret:dev\/(?:job|conn)\/\*$/);
  });
});

describe('every statement of every role', () => {
  it('allows named actions on named resources, and roles of other accounts', () => {
    expect(everyStatement.length).toBeGreaterThan(functions.size);
    for (const { sid, effect, actions, resources, conditions } of everyStatement) {
      expect(effect).toBe('Allow');
      for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
      // The one right on what is not the deployment's own: a customer's role, if that trusts it.
      if (resources.includes(customerRoles)) {
        expect({ sid, actions, resources, conditions }).toEqual({
          sid: 'StorageReach',
          actions: ['sts:AssumeRole'],
          resources: [customerRoles],
          conditions: { StringNotEquals: { 'aws:ResourceAccount': [{ Ref: 'AWS::AccountId' }] } },
        });
        continue;
      }
      // Secrets Manager knows no narrower one for it.
      if (resources.includes('*')) {
        const expected = { sid: 'SecretsList', actions: ['secretsmanager:ListSecrets'], resources: ['*'] };
        expect({ sid, actions, resources }).toEqual(expected);
        continue;
      }
      for (const resource of resources) {
        // The names of customers' credentials are made at run time; everything else has a name to stand for it.
        if (resource !== unsavedCredentials && resource !== credentials)
          expect(resource).toMatch(/^<[A-Za-z0-9]+(\.Arn)?>(\/index\/(?:due|watched))?$/);
      }
    }
  });

  it('is part of its role, where this test sees it', () => {
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types).not.toContain('AWS::IAM::Policy');
    expect(types).not.toContain('AWS::IAM::ManagedPolicy');
    expect(types.filter((type) => type.endsWith('ResourcePolicy') || type.endsWith('::BucketPolicy'))).toEqual([]);
  });

  it('on a table is held to the keys of its kind, by actions that always name one', () => {
    const onTables = everyStatement.filter(({ actions }) => actions.some((action) => action.startsWith('dynamodb:')));
    expect(onTables).not.toEqual([]);
    for (const { actions, conditions } of onTables) {
      expect(conditions).toEqual({
        'ForAllValues:StringLike': {
          'dynamodb:LeadingKeys': expect.toSatisfy(
            (patterns: unknown) => z.array(keyPattern).safeParse(patterns).success,
          ),
        },
      });
      for (const action of actions)
        expect(action).toMatch(/^dynamodb:(?:(?:Get|Put|Update|Delete|ConditionCheck)Item|Query)$/);
    }
  });
});

describe('the access table', () => {
  const accessTable = logicalIdIn(functions.get('edge-impulse/verify-bucket')?.environment['ACCESS_TABLE']);
  const rightsOn = (name: string) =>
    statementsOf(name)
      .filter(({ resources }) => resources.includes(`<${accessTable}.Arn>`))
      .flatMap(({ actions, conditions }) => actions.map((action) => ({ action, conditions })));

  it('is read, one key or organization at a time, by every endpoint that takes keys, and written by none', () => {
    const endpoints = declaredFunctions.map(({ name }) => name).filter((name) => !isOperators(name));
    for (const name of endpoints.filter((name) => !isTask(name) && !isSenders(name))) {
      expect(rightsOn(name), name).toEqual([
        { action: 'dynamodb:GetItem', conditions: onlyKeys('KEY#*') },
        { action: 'dynamodb:GetItem', conditions: onlyKeys('ORG#*', 'SLUG#*') },
      ]);
    }
  });

  it('is no business of tasks, but for organizations, nor of those who tell of changes', () => {
    const conditions = onlyKeys('ORG#*', 'ORGANIZATIONS');
    const list = ['dynamodb:GetItem', 'dynamodb:Query'].map((action) => ({ action, conditions }));
    const granted: Readonly<Record<string, unknown>> = {
      // What is asked of all connections, and what is mended of each organization.
      'reverification/storage-event': list,
      'reverification/janitor': list,
      // Whether one is disabled.
      'reverification/check': [{ action: 'dynamodb:GetItem', conditions: onlyKeys('ORG#*', 'SLUG#*') }],
    };
    for (const { name } of declaredFunctions.filter(({ name }) => isTask(name) || isSenders(name))) {
      expect(rightsOn(name), name).toEqual(granted[name] ?? []);
    }
  });

  it('is written by exactly these functions, each what it is for', () => {
    const writers = declaredFunctions.flatMap(({ name }) => {
      const written = statementsOf(name).filter(
        ({ actions, resources }) =>
          resources.includes(`<${accessTable}.Arn>`) && actions.some((action) => !/:(?:GetItem|Query)$/.test(action)),
      );
      return written.length === 0 ? [] : [[name, written.map(({ sid }) => sid)]];
    });
    expect(Object.fromEntries(writers)).toEqual({
      'admin/create-organization': ['OrganizationsWrite'],
      'admin/disable-organization': ['OrganizationsWrite'],
      'admin/enable-organization': ['OrganizationsWrite'],
      'admin/create-key': ['KeysWrite'],
      'admin/revoke-key': ['KeysWrite'],
    });
  });
});

describe('a function', () => {
  const egress = ['EGRESS_ALLOW', 'EGRESS_PORTS', 'CONNECT_TO', 'EGRESS_CA'] as const;
  const environment: Readonly<Record<PortName, readonly string[]>> = {
    'keys.read': ['ACCESS_TABLE'],
    'organizations.read': ['ACCESS_TABLE'],
    'tokens.verify': [
      'TOKEN_ISSUER',
      'TOKEN_AUDIENCE',
      'TOKEN_ORGANIZATION_CLAIM',
      'TOKEN_SCOPES_CLAIM',
      'TOKEN_SCOPE_PREFIX',
      ...egress,
    ],
    'keyUse.record': ['CONNECTIONS_TABLE'],
    'audit.write': ['CONNECTIONS_TABLE', 'AUDIT_RETENTION_DAYS'],
    'rateLimits.take': ['CONNECTIONS_TABLE', 'LIMIT_PER_KEY', 'LIMIT_PER_ORGANIZATION', 'LIMIT_PER_HOST'],
    'jobs.write': ['CONNECTIONS_TABLE'],
    'jobSlots.take': ['CONNECTIONS_TABLE', 'UNSAVED_JOBS'],
    'jobSlots.release': ['CONNECTIONS_TABLE'],
    'unsavedCredentials.create': ['UNSAVED_CREDENTIALS_PREFIX', 'CONNECTIONS_TABLE'],
    'unsavedCredentials.read': ['UNSAVED_CREDENTIALS_PREFIX'],
    'unsavedCredentials.delete': ['UNSAVED_CREDENTIALS_PREFIX'],
    'fingerprintKey.read': ['FINGERPRINT_KEY_ARN'],
    'loop.start': ['VERIFICATION_LOOP_ARN'],
    'storage.reach': egress,
    'connections.read': ['CONNECTIONS_TABLE'],
    'connections.write': ['CONNECTIONS_TABLE', 'HISTORY_RETENTION_DAYS'],
    'verdicts.write': ['CONNECTIONS_TABLE', 'HISTORY_RETENTION_DAYS'],
    'connections.locate': ['CONNECTIONS_TABLE'],
    'connections.watched': ['CONNECTIONS_TABLE'],
    'schedule.read': ['HEALTHY_MINUTES', 'FAILING_MINUTES', 'SETTLE_MINUTES'],
    'checks.due': ['CONNECTIONS_TABLE'],
    'checks.write': ['CONNECTIONS_TABLE'],
    'checks.send': ['CHECKS_QUEUE_URL'],
    'storageEvents.send': ['NOTICES_QUEUE_URL'],
    'webhookSenders.verify': [
      'AZURE_EVENT_TENANTS',
      'AZURE_EVENT_AUDIENCE',
      'GOOGLE_EVENT_AUDIENCE',
      'GOOGLE_EVENT_SENDERS',
      ...egress,
    ],
    'history.read': ['CONNECTIONS_TABLE'],
    'announcements.write': ['CONNECTIONS_TABLE'],
    'events.publish': ['EVENT_BUS_NAME'],
    'events.busArn': ['EVENT_BUS_ARN'],
    'credentials.create': ['CREDENTIALS_PREFIX', 'CONNECTIONS_TABLE'],
    'credentials.mark': ['CREDENTIALS_PREFIX', 'CONNECTIONS_TABLE'],
    'credentials.rotate': ['CREDENTIALS_PREFIX'],
    'credentials.read': ['CREDENTIALS_PREFIX'],
    'credentials.current': ['CREDENTIALS_PREFIX'],
    'credentials.delete': ['CREDENTIALS_PREFIX'],
    'credentials.retire': ['CREDENTIALS_PREFIX'],
    'secrets.list': ['CREDENTIALS_PREFIX', 'UNSAVED_CREDENTIALS_PREFIX', 'CONNECTIONS_TABLE'],
    'stale.find': ['CONNECTIONS_TABLE'],
    'connections.repair': ['CONNECTIONS_TABLE'],
    'janitor.cursor': ['CONNECTIONS_TABLE'],
    'account.read': ['ACCOUNT_ID'],
    'organizations.list': ['ACCESS_TABLE'],
    'organizations.write': ['ACCESS_TABLE'],
    'keys.list': ['ACCESS_TABLE'],
    'keys.write': ['ACCESS_TABLE'],
    'keyUse.read': ['CONNECTIONS_TABLE'],
    'audit.read': ['CONNECTIONS_TABLE'],
  };
  const statementId: Readonly<Record<PortName, string | undefined>> = {
    'keys.read': 'KeysRead',
    'organizations.read': 'OrganizationsRead',
    'tokens.verify': undefined,
    'keyUse.record': 'KeyUseRecord',
    'audit.write': 'AuditWrite',
    'rateLimits.take': 'RateLimitsTake',
    'jobs.write': 'JobsWrite',
    'jobSlots.take': 'JobSlotsTake',
    'jobSlots.release': 'JobSlotsRelease',
    'unsavedCredentials.create': 'UnsavedCredentialsCreate',
    'unsavedCredentials.read': 'UnsavedCredentialsRead',
    'unsavedCredentials.delete': 'UnsavedCredentialsDelete',
    'fingerprintKey.read': 'FingerprintKeyRead',
    'loop.start': 'LoopStart',
    'storage.reach': 'StorageReach',
    'connections.read': 'ConnectionsRead',
    'connections.write': 'ConnectionsWrite',
    'verdicts.write': 'VerdictsWrite',
    'connections.locate': 'ConnectionsLocate',
    'connections.watched': 'ConnectionsWatched',
    'schedule.read': undefined,
    'checks.due': 'ChecksDue',
    'checks.write': 'ChecksWrite',
    'checks.send': 'ChecksSend',
    'storageEvents.send': 'StorageEventsSend',
    'webhookSenders.verify': undefined,
    'history.read': 'HistoryRead',
    'announcements.write': 'AnnouncementsWrite',
    'events.publish': 'EventsPublish',
    'events.busArn': undefined,
    'credentials.create': 'CredentialsCreate',
    'credentials.mark': 'CredentialsMark',
    'credentials.rotate': 'CredentialsRotate',
    'credentials.read': 'CredentialsRead',
    'credentials.current': 'CredentialsCurrent',
    'credentials.delete': 'CredentialsDelete',
    'credentials.retire': 'CredentialsRetire',
    'secrets.list': 'SecretsList',
    'stale.find': 'StaleFind',
    'connections.repair': 'ConnectionsRepair',
    'janitor.cursor': 'JanitorCursor',
    'account.read': undefined,
    'organizations.list': 'OrganizationsList',
    'organizations.write': 'OrganizationsWrite',
    'keys.list': 'KeysList',
    'keys.write': 'KeysWrite',
    'keyUse.read': 'KeyUseRead',
    'audit.read': 'AuditRead',
  };

  it.each(Object.entries(environment))('is told what it needs for %s, and no more', (port, variables) => {
    const resources = {
      access: { tableName: 'access', tableArn: 'arn:access' },
      connections: { tableName: 'connections', tableArn: 'arn:connections' },
      unsavedCredentials: { prefix: 'prod/job/', arns: 'arn:job/*' },
      credentials: { prefix: 'prod/conn/', arns: 'arn:conn/*' },
      fingerprintKey: { secretArn: 'arn:key' },
      verificationLoop: { stateMachineArn: 'arn:loop' },
      reverification: {
        checks: { queueUrl: 'https://checks', queueArn: 'arn:checks' },
        notices: { queueUrl: 'https://notices', queueArn: 'arn:notices' },
        events: { eventBusName: 'events', eventBusArn: 'arn:events' },
      },
      schedule: { healthyMinutes: '1', failingMinutes: '2', settleMinutes: '3', historyRetentionDays: '4' },
      senders: { azureTenants: 't', azureAudience: 'a', googleAudience: 'g', googleSenders: 's' },
      limits: { perKey: '1', perOrganization: '2', perHost: '3', unsavedJobs: '4', auditRetentionDays: '5' },
      tokens: { issuer: 'i', audience: 'a', organizationClaim: 'o', scopesClaim: 's', scopePrefix: 'p' },
      customerRoles: { arns: 'arn:roles/*', notOf: '123456789012' },
      egress: { allow: 'a', ports: 'p', connectTo: 'c', ca: 'pem' },
      accountId: '1',
    };
    const [, grant] = Object.entries(grants).find(([name]) => name === port) ?? [];
    expect(Object.keys(grant?.(resources).environment ?? {})).toEqual(variables);
  });

  it.each(declaredFunctions)('$name has the rights and variables that its needs imply, and no others', (declared) => {
    const needs = [...declared.needs];
    const variables = new Set(needs.flatMap((need) => environment[need]));
    expect(new Set(Object.keys(functions.get(declared.name)?.environment ?? {}))).toEqual(variables);
    const ids = needs.flatMap((need) => statementId[need] ?? []);
    expect(statementsOf(declared.name).map(({ sid }) => sid)).toEqual([
      'OwnLog',
      ...(takers.includes(declared.name) ? ['OwnQueue'] : []),
      ...ids,
    ]);
  });

  it('writes to its own log and no other', () => {
    for (const [name, { logGroup }] of functions) {
      const [own] = statementsOf(name).filter(({ actions }) => actions.some((action) => action.startsWith('logs:')));
      expect(own).toMatchObject({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [`<${logGroup}.Arn>`],
      });
    }
  });
});

describe('the verification loop', () => {
  it('may call its two tasks and do nothing else', () => {
    const [, machine] = resourceOf(template, 'AWS::StepFunctions::StateMachine');
    const role = roles.get(logicalIdIn(machine.Properties['RoleArn']));
    expect(role?.principal).toBe('states.amazonaws.com');
    expect(role?.statements.map(({ actions, resources }) => ({ actions, resources }))).toEqual([
      {
        actions: ['lambda:InvokeFunction'],
        resources: ['verification/probe', 'verification/conclude'].map((name) => `<${functions.get(name)?.id}.Arn>`),
      },
    ]);
  });
});
