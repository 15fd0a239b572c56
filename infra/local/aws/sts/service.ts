import { randomUUID } from 'node:crypto';
import { toSessionArn } from '../iam/authorize.ts';
import type { TemporaryCredentials } from '../iam/credentials.ts';
import { type AwsEnvironment, type Caller, type QueryService, ServiceError } from '../service.ts';

/** A role in a customer's account: the account it trusts, and the credentials that assuming it gives. */
export interface CustomerRole {
  readonly arn: string;
  /** The account that its trust policy names: twelve digits. */
  readonly trustedAccount: string;
  /**
   * The `sts:ExternalId` that its trust policy demands. When absent, any principal of the trusted account may assume
   * it.
   */
  readonly externalId?: string;
  /** The temporary credentials that assuming it gives; the emulated storage accepts them. */
  readonly credentials: TemporaryCredentials;
}

/** A successful AssumeRole call. */
export interface AssumedSession {
  readonly roleArn: string;
  readonly externalId?: string;
  readonly durationSeconds: number;
}

/** Creates the STS service, which supports AssumeRole only. @param now milliseconds since 1970 */
export function createStsService(
  roles: readonly CustomerRole[],
  env: Pick<AwsEnvironment, 'account'>,
  now: () => number = Date.now,
): { readonly service: QueryService; readonly observe: () => readonly AssumedSession[] } {
  const sessions: AssumedSession[] = [];
  const AssumeRole = async (parameters: URLSearchParams, caller: Caller): Promise<string> => {
    const { roleArn, sessionName, durationSeconds, externalId } = readInput(parameters);
    const [, , , , account = ''] = roleArn.split(':');
    requireAssumeRole(caller, roleArn, account, externalId);
    const role = roles.find(({ arn }) => arn === roleArn);
    const isTrusted =
      role?.trustedAccount === env.account && (role.externalId === undefined || role.externalId === externalId);
    // AWS does not reveal whether the role is missing or does not trust the caller.
    if (!role || !isTrusted) throw denied(roleArn);
    sessions.push({ roleArn, durationSeconds, ...(externalId !== undefined && { externalId }) });
    const { accessKeyId, secretAccessKey, sessionToken } = role.credentials;
    return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><Arn>${toSessionArn(
      roleArn,
    ).replace(
      /local$/,
      sessionName,
    )}</Arn><AssumedRoleId>AROA:${sessionName}</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(now() + durationSeconds * 1000).toISOString()}</Expiration></Credentials></AssumeRoleResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></AssumeRoleResponse>`;
  };
  return {
    service: { version: '2011-06-15', signingName: 'sts', operations: { AssumeRole } },
    observe: () => [...sessions],
  };
}

/** Requires the caller's own permission. STS words its refusal like that of the role's trust policy. */
function requireAssumeRole(caller: Caller, roleArn: string, account: string, externalId: string | undefined): void {
  try {
    caller.require('sts:AssumeRole', roleArn, {
      'aws:ResourceAccount': [account],
      ...(externalId !== undefined && { 'sts:ExternalId': [externalId] }),
    });
  } catch (error) {
    throw error instanceof ServiceError ? denied(roleArn) : error;
  }
}

const denied = (roleArn: string): ServiceError =>
  new ServiceError(
    'AccessDenied',
    `User is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    {},
    403,
  );

const supportedParameters: ReadonlySet<string> = new Set([
  'Action',
  'Version',
  'RoleArn',
  'RoleSessionName',
  'DurationSeconds',
  'ExternalId',
]);

/**
 * Parses AssumeRole's parameters within AWS's limits
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
 */
function readInput(parameters: URLSearchParams) {
  const unknown = [...parameters.keys()].find((name) => !supportedParameters.has(name));
  if (unknown !== undefined) throw invalid(`The local AWS does not support the parameter ${unknown}.`);
  const roleArn = parameters.get('RoleArn') ?? '';
  const sessionName = parameters.get('RoleSessionName') ?? '';
  const durationSeconds = Number(parameters.get('DurationSeconds') ?? 3600);
  const externalId = parameters.get('ExternalId') ?? undefined;
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/[\u0021-\u007e]+$/.test(roleArn)) throw invalid('RoleArn is invalid.');
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) throw invalid('RoleSessionName is invalid.');
  if (!Number.isInteger(durationSeconds) || durationSeconds < 900 || durationSeconds > 43_200) {
    throw invalid('DurationSeconds is invalid.');
  }
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) throw invalid('ExternalId is invalid.');
  return { roleArn, sessionName, durationSeconds, externalId };
}

const invalid = (message: string): ServiceError => new ServiceError('ValidationError', message);
