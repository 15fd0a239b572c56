import { eventSource } from '../../functions/core/events/events.ts';
import type { PortName } from '../../functions/core/ports.ts';
import type { Variable } from '../../functions/platform/runtime/environment.ts';
import type { indexes } from '../data/tables.ts';
import type { EgressParameters } from '../parameters/egress.ts';
import type { LimitParameters } from '../parameters/limits.ts';
import type { ScheduleParameters, SenderParameters } from '../parameters/schedule.ts';
import type { TokenVariables } from '../parameters/tokens.ts';
import type { Right, ServiceFunction } from './service-function.ts';

/** What rights are given on. */
export interface Resources {
  readonly access: TableNames;
  readonly connections: TableNames;
  /** The name all of them begin with, and the ARN pattern that covers them. */
  readonly unsavedCredentials: { readonly prefix: string; readonly arns: string };
  /** Of saved connections, named alike. */
  readonly credentials: { readonly prefix: string; readonly arns: string };
  readonly fingerprintKey: { readonly secretArn: string };
  readonly verificationLoop: { readonly stateMachineArn: string };
  readonly reverification: ReverificationPlaces;
  readonly schedule: Omit<ScheduleParameters, 'workers'>;
  readonly senders: SenderParameters;
  readonly limits: LimitParameters;
  readonly tokens: TokenVariables;
  readonly egress: EgressParameters;
  readonly accountId: string;
  /** The roles of every account, and the account whose roles are not customers': the deployment's own. */
  readonly customerRoles: { readonly arns: string; readonly notOf: string };
}
type TableNames = { readonly tableName: string; readonly tableArn: string };
type QueueNames = { readonly queueUrl: string; readonly queueArn: string };
interface ReverificationPlaces extends Record<'checks' | 'notices', QueueNames> {
  readonly events: { readonly eventBusName: string; readonly eventBusArn: string };
}

/** What a port stands for: what IAM must allow, and what the code must be told. */
interface Grant {
  readonly right?: Omit<Right, 'sid'>;
  readonly environment: Readonly<Partial<Record<Variable, string>>>;
}

/** An index of the connections table; a query of it names a partition of the index's own, which `onlyKeys` looks at. */
const indexArn = ({ tableArn }: TableNames, index: keyof typeof indexes) => `${tableArn}/index/${index}`;

/**
 * Only rows whose partition key begins so. `ForAllValues` also holds when a request names no key at all; the actions
 * granted here (those of single items, Query, and a transaction's items, which are judged each by its own action)
 * always name exactly one. Any other action (Scan, Batch…, PartiQL…) needs another look at this.
 */
const onlyKeys = (...patterns: readonly string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
});

/** Every right there is, on one page. A port without an entry does not compile. */
export const grants: Readonly<Record<PortName, (resources: Resources) => Grant>> = {
  'keys.read': ({ access }) => ({
    right: { actions: ['dynamodb:GetItem'], resources: [access.tableArn], conditions: onlyKeys('KEY#*') },
    environment: { ACCESS_TABLE: access.tableName },
  }),
  'organizations.read': ({ access }) => ({
    right: {
      actions: ['dynamodb:GetItem'],
      resources: [access.tableArn],
      conditions: onlyKeys('ORG#*', 'SLUG#*'),
    },
    environment: { ACCESS_TABLE: access.tableName },
  }),
  // The issuer's keys are fetched the way storage is reached: the role has no part in it.
  'tokens.verify': ({ tokens, egress }) => ({
    environment: {
      TOKEN_ISSUER: tokens.issuer,
      TOKEN_AUDIENCE: tokens.audience,
      TOKEN_ORGANIZATION_CLAIM: tokens.organizationClaim,
      TOKEN_SCOPES_CLAIM: tokens.scopesClaim,
      TOKEN_SCOPE_PREFIX: tokens.scopePrefix,
      ...egressVariables(egress),
    },
  }),
  'keyUse.record': ({ connections }) => ({
    right: { actions: ['dynamodb:UpdateItem'], resources: [connections.tableArn], conditions: onlyKeys('USE#*') },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'audit.write': ({ connections, limits }) => ({
    right: { actions: ['dynamodb:PutItem'], resources: [connections.tableArn], conditions: onlyKeys('AUDIT#*') },
    environment: { CONNECTIONS_TABLE: connections.tableName, AUDIT_RETENTION_DAYS: limits.auditRetentionDays },
  }),
  'rateLimits.take': ({ connections, limits }) => ({
    right: { actions: ['dynamodb:UpdateItem'], resources: [connections.tableArn], conditions: onlyKeys('LIMIT#*') },
    environment: {
      CONNECTIONS_TABLE: connections.tableName,
      LIMIT_PER_KEY: limits.perKey,
      LIMIT_PER_ORGANIZATION: limits.perOrganization,
      LIMIT_PER_HOST: limits.perHost,
    },
  }),
  'jobs.write': ({ connections }) => ({
    right: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [connections.tableArn],
      conditions: onlyKeys('JOB#*'),
    },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'jobSlots.take': ({ connections, limits }) => ({
    right: { actions: ['dynamodb:UpdateItem'], resources: [connections.tableArn], conditions: onlyKeys('UNSAVED') },
    environment: { CONNECTIONS_TABLE: connections.tableName, UNSAVED_JOBS: limits.unsavedJobs },
  }),
  'jobSlots.release': ({ connections }) => ({
    right: { actions: ['dynamodb:UpdateItem'], resources: [connections.tableArn], conditions: onlyKeys('UNSAVED') },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  // Creating a secret with tags takes the right to tag, too.
  'unsavedCredentials.create': ({ unsavedCredentials, connections }) => ({
    right: {
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      resources: [unsavedCredentials.arns],
    },
    environment: { UNSAVED_CREDENTIALS_PREFIX: unsavedCredentials.prefix, CONNECTIONS_TABLE: connections.tableName },
  }),
  'unsavedCredentials.read': ({ unsavedCredentials }) => ({
    right: { actions: ['secretsmanager:GetSecretValue'], resources: [unsavedCredentials.arns] },
    environment: { UNSAVED_CREDENTIALS_PREFIX: unsavedCredentials.prefix },
  }),
  'unsavedCredentials.delete': ({ unsavedCredentials }) => ({
    right: { actions: ['secretsmanager:DeleteSecret'], resources: [unsavedCredentials.arns] },
    environment: { UNSAVED_CREDENTIALS_PREFIX: unsavedCredentials.prefix },
  }),
  'fingerprintKey.read': ({ fingerprintKey }) => ({
    right: { actions: ['secretsmanager:GetSecretValue'], resources: [fingerprintKey.secretArn] },
    environment: { FINGERPRINT_KEY_ARN: fingerprintKey.secretArn },
  }),
  'loop.start': ({ verificationLoop }) => ({
    right: { actions: ['states:StartExecution'], resources: [verificationLoop.stateMachineArn] },
    environment: { VERIFICATION_LOOP_ARN: verificationLoop.stateMachineArn },
  }),
  'connections.read': ({ connections }) => ({
    right: {
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resources: [connections.tableArn],
      conditions: onlyKeys('ORG#*'),
    },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'connections.write': ({ connections, schedule }) => ({
    right: {
      actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      resources: [connections.tableArn],
      conditions: onlyKeys('ORG#*', 'UID#*', 'HISTORY#*'),
    },
    environment: { CONNECTIONS_TABLE: connections.tableName, HISTORY_RETENTION_DAYS: schedule.historyRetentionDays },
  }),
  'verdicts.write': ({ connections, schedule }) => ({
    right: {
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'],
      resources: [connections.tableArn],
      conditions: onlyKeys('ORG#*', 'HISTORY#*'),
    },
    environment: { CONNECTIONS_TABLE: connections.tableName, HISTORY_RETENTION_DAYS: schedule.historyRetentionDays },
  }),
  'connections.locate': ({ connections }) => ({
    right: { actions: ['dynamodb:GetItem'], resources: [connections.tableArn], conditions: onlyKeys('UID#*') },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'connections.watched': ({ connections }) => ({
    right: {
      actions: ['dynamodb:Query'],
      resources: [indexArn(connections, 'watched')],
      conditions: onlyKeys('amazon/*', 'azure/*', 'google/*'),
    },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'schedule.read': ({ schedule }) => ({
    environment: {
      HEALTHY_MINUTES: schedule.healthyMinutes,
      FAILING_MINUTES: schedule.failingMinutes,
      SETTLE_MINUTES: schedule.settleMinutes,
    },
  }),
  'checks.due': ({ connections }) => ({
    right: { actions: ['dynamodb:Query'], resources: [indexArn(connections, 'due')], conditions: onlyKeys('DUE#*') },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'checks.write': ({ connections }) => ({
    right: { actions: ['dynamodb:UpdateItem'], resources: [connections.tableArn], conditions: onlyKeys('ORG#*') },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'checks.send': ({ reverification: { checks } }) => ({
    right: { actions: ['sqs:SendMessage'], resources: [checks.queueArn] },
    environment: { CHECKS_QUEUE_URL: checks.queueUrl },
  }),
  'storageEvents.send': ({ reverification: { notices } }) => ({
    right: { actions: ['sqs:SendMessage'], resources: [notices.queueArn] },
    environment: { NOTICES_QUEUE_URL: notices.queueUrl },
  }),
  // As with tokens of callers, the role has no part in it.
  'webhookSenders.verify': ({ senders, egress }) => ({
    environment: {
      AZURE_EVENT_TENANTS: senders.azureTenants,
      AZURE_EVENT_AUDIENCE: senders.azureAudience,
      GOOGLE_EVENT_AUDIENCE: senders.googleAudience,
      GOOGLE_EVENT_SENDERS: senders.googleSenders,
      ...egressVariables(egress),
    },
  }),
  'history.read': ({ connections }) => ({
    right: {
      actions: ['dynamodb:Query', 'dynamodb:GetItem'],
      resources: [connections.tableArn],
      conditions: onlyKeys('HISTORY#*', 'EVENTS#*'),
    },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'announcements.write': ({ connections }) => ({
    right: {
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'],
      resources: [connections.tableArn],
      conditions: onlyKeys('HISTORY#*', 'EVENTS#*'),
    },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  // As this service and nobody else: no function can make up an owner's event.
  'events.publish': ({ reverification: { events } }) => ({
    right: {
      actions: ['events:PutEvents'],
      resources: [events.eventBusArn],
      conditions: { StringEquals: { 'events:source': [eventSource] } },
    },
    environment: { EVENT_BUS_NAME: events.eventBusName },
  }),
  'events.busArn': ({ reverification: { events } }) => ({ environment: { EVENT_BUS_ARN: events.eventBusArn } }),
  'credentials.create': ({ credentials, connections }) => ({
    right: {
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      resources: [credentials.arns],
    },
    environment: { CREDENTIALS_PREFIX: credentials.prefix, CONNECTIONS_TABLE: connections.tableName },
  }),
  'credentials.mark': ({ credentials, connections }) => ({
    right: { actions: ['secretsmanager:TagResource'], resources: [credentials.arns] },
    environment: { CREDENTIALS_PREFIX: credentials.prefix, CONNECTIONS_TABLE: connections.tableName },
  }),
  'credentials.rotate': ({ credentials }) => ({
    right: {
      actions: [
        'secretsmanager:PutSecretValue',
        'secretsmanager:ListSecretVersionIds',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: [credentials.arns],
    },
    environment: { CREDENTIALS_PREFIX: credentials.prefix },
  }),
  'credentials.read': ({ credentials }) => ({
    right: { actions: ['secretsmanager:GetSecretValue'], resources: [credentials.arns] },
    environment: { CREDENTIALS_PREFIX: credentials.prefix },
  }),
  'credentials.current': ({ credentials }) => ({
    right: { actions: ['secretsmanager:GetSecretValue'], resources: [credentials.arns] },
    environment: { CREDENTIALS_PREFIX: credentials.prefix },
  }),
  'credentials.delete': ({ credentials }) => ({
    right: { actions: ['secretsmanager:DeleteSecret'], resources: [credentials.arns] },
    environment: { CREDENTIALS_PREFIX: credentials.prefix },
  }),
  // The janitor's, from here on. A secret is deleted for good by `credentials.delete`; this is the same action.
  'credentials.retire': ({ credentials }) => ({
    right: { actions: ['secretsmanager:DeleteSecret'], resources: [credentials.arns] },
    environment: { CREDENTIALS_PREFIX: credentials.prefix },
  }),
  // Secrets Manager lists all of an account's secrets or none (Service Authorization Reference: the action takes no
  // resource, and no condition on names). What is listed are names, never values.
  'secrets.list': ({ credentials, unsavedCredentials, connections }) => ({
    right: { actions: ['secretsmanager:ListSecrets'], resources: ['*'] },
    environment: {
      CREDENTIALS_PREFIX: credentials.prefix,
      UNSAVED_CREDENTIALS_PREFIX: unsavedCredentials.prefix,
      CONNECTIONS_TABLE: connections.tableName,
    },
  }),
  'stale.find': ({ connections }) => ({
    right: { actions: ['dynamodb:Query'], resources: [indexArn(connections, 'due')], conditions: onlyKeys('STALE#*') },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'connections.repair': ({ connections }) => ({
    right: {
      actions: [
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:DeleteItem',
        'dynamodb:ConditionCheckItem',
      ],
      resources: [connections.tableArn],
      conditions: onlyKeys('ORG#*', 'UID#*'),
    },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'janitor.cursor': ({ connections }) => ({
    right: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
      resources: [connections.tableArn],
      conditions: onlyKeys('JANITOR'),
    },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'account.read': ({ accountId }) => ({ environment: { ACCOUNT_ID: accountId } }),
  // Storage belongs to the callers and is reached with their credentials. Where those are a role in their account, it is
  // assumed, if it trusts this account. Which roles those are is the customers' to say; that none of this account's own
  // is taken for one does not hang on the trust policies here.
  'storage.reach': ({ customerRoles, egress }) => ({
    right: {
      actions: ['sts:AssumeRole'],
      resources: [customerRoles.arns],
      conditions: { StringNotEquals: { 'aws:ResourceAccount': [customerRoles.notOf] } },
    },
    environment: egressVariables(egress),
  }),
  // The operator's functions, and nobody else, list and write who may do what; the janitor lists organizations.
  'organizations.list': ({ access }) => ({
    right: {
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resources: [access.tableArn],
      conditions: onlyKeys('ORG#*', 'ORGANIZATIONS'),
    },
    environment: { ACCESS_TABLE: access.tableName },
  }),
  'organizations.write': ({ access }) => ({
    right: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [access.tableArn],
      conditions: onlyKeys('ORG#*', 'SLUG#*', 'ORGANIZATIONS'),
    },
    environment: { ACCESS_TABLE: access.tableName },
  }),
  'keys.list': ({ access }) => ({
    right: {
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resources: [access.tableArn],
      conditions: onlyKeys('KEY#*', 'ORG#*'),
    },
    environment: { ACCESS_TABLE: access.tableName },
  }),
  'keys.write': ({ access }) => ({
    right: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
      resources: [access.tableArn],
      conditions: onlyKeys('KEY#*', 'ORG#*'),
    },
    environment: { ACCESS_TABLE: access.tableName },
  }),
  'keyUse.read': ({ connections }) => ({
    right: { actions: ['dynamodb:GetItem'], resources: [connections.tableArn], conditions: onlyKeys('USE#*') },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
  'audit.read': ({ connections }) => ({
    right: { actions: ['dynamodb:Query'], resources: [connections.tableArn], conditions: onlyKeys('AUDIT#*') },
    environment: { CONNECTIONS_TABLE: connections.tableName },
  }),
};

const egressVariables = ({ allow, ports, connectTo, ca }: EgressParameters) => ({
  EGRESS_ALLOW: allow,
  EGRESS_PORTS: ports,
  CONNECT_TO: connectTo,
  EGRESS_CA: ca,
});

/** Gives a function what it declared to need, and nothing else. */
export function grantNeeds(to: ServiceFunction, needs: ReadonlySet<PortName>, resources: Resources): void {
  for (const need of needs) {
    const { right, environment } = grants[need](resources);
    if (right) to.allow({ sid: statementId(need), ...right });
    to.environment(environment);
  }
}

/** `keys.read` → `KeysRead`: IAM takes letters and digits only. */
const statementId = (port: PortName): string =>
  port
    .split('.')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
