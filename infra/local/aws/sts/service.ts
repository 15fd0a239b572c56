import { randomUUID } from 'node:crypto';
import { assumedRole } from '../iam/authorize.ts';
import type { WireCredentials } from '../iam/credentials.ts';
import { type Caller, type QueryService, ServiceError } from '../service.ts';

/** A role in a customer's account: whom it trusts, and what it leads to. */
export interface CustomerRole {
  readonly arn: string;
  /** Twelve digits: the account its trust policy names. */
  readonly trustedAccount: string;
  /** What its trust policy demands (`sts:ExternalId`); absent: nothing, which is how a role becomes anybody's. */
  readonly externalId?: string;
  /** The temporary credentials it leads to, which a storage stand-in has to know. */
  readonly credentials: WireCredentials;
}

/** An AssumeRole that was answered with credentials. */
export interface AssumedSession {
  readonly roleArn: string;
  readonly externalId?: string;
  readonly durationSeconds: number;
}

/** STS by the query protocol: AssumeRole, and nothing else. */
export function createSts(
  roles: readonly CustomerRole[],
  place: { readonly account: string },
  now: () => number = Date.now,
): { readonly service: QueryService; readonly observe: () => readonly AssumedSession[] } {
  const sessions: AssumedSession[] = [];
  const AssumeRole = async (parameters: URLSearchParams, caller: Caller): Promise<string> => {
    const { roleArn, sessionName, durationSeconds, externalId } = readInput(parameters);
    const [, , , , account = ''] = roleArn.split(':');
    allowedTo(caller, roleArn, account, externalId);
    const role = roles.find(({ arn }) => arn === roleArn);
    const isTrusted =
      role?.trustedAccount === place.account && (role.externalId === undefined || role.externalId === externalId);
    // That there is no such role is not told apart from its not trusting the caller.
    if (!role || !isTrusted) throw denied(roleArn);
    sessions.push({ roleArn, durationSeconds, ...(externalId !== undefined && { externalId }) });
    const { accessKeyId, secretAccessKey, sessionToken } = role.credentials;
    return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><Arn>${assumedRole(
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

/** STS words it as the account's own policies do: an identity needs the right, and the role has to trust it. */
function allowedTo(caller: Caller, roleArn: string, account: string, externalId: string | undefined): void {
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

const known: ReadonlySet<string> = new Set([
  'Action',
  'Version',
  'RoleArn',
  'RoleSessionName',
  'DurationSeconds',
  'ExternalId',
]);

/** The limits of AssumeRole's parameters (AWS STS API Reference); one that is not served is refused. */
function readInput(parameters: URLSearchParams) {
  const unknown = [...parameters.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw invalid(`The parameter ${unknown} is not served.`);
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
