import { createHash } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Route } from '../../template/model.ts';
import type { IamIdentity } from './iam-authorization.ts';
import { type GatewayRequest, header } from './request.ts';

/** What of the deployment a function sees in its events. */
export interface Deployment {
  readonly stage: string;
  readonly accountId: string;
  /** `local` when absent. */
  readonly apiId?: string;
}

/** Those that belong to one connection, and the length, which a REST API leaves out. */
const notForwarded = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);
const notForwardedSigned = new Set([...notForwarded, 'authorization']);

/**
 * The event of a Lambda proxy integration of a REST API, payload format 1.0.
 *
 * Header names keep their case, single-valued maps have the last value, maps without entries are null, the path and
 * its parameters are as sent, the query's are decoded. The path has no stage in front, as with a custom domain.
 *
 * A request that was signed with AWS credentials arrives without its `Authorization` header, the other headers of the
 * signature with it, as events of deployed APIs show.
 *
 * @param body undefined when the request had none; text that is UTF-8 is handed on as it is, anything else as base64
 * @param caller who signed the request; absent on a route without `AWS_IAM`
 */
export function proxyEvent(
  request: GatewayRequest,
  { resource }: Pick<Route, 'resource'>,
  pathParameters: Readonly<Record<string, string>> | null,
  body: Buffer | undefined,
  { stage, accountId, apiId = 'local' }: Deployment,
  caller?: IamIdentity,
): APIGatewayProxyEvent {
  const headers = forwarded(request, caller === undefined ? notForwarded : notForwardedSigned);
  const query = grouped(request.query);
  const host = (header(request.headers, 'host') ?? '').replace(/:\d+$/, '');
  return {
    resource,
    path: request.path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.size === 0 ? null : lastOf(query),
    multiValueQueryStringParameters: query.size === 0 ? null : Object.fromEntries(query),
    pathParameters: pathParameters === null ? null : { ...pathParameters },
    stageVariables: null,
    requestContext: {
      resourceId: createHash('sha256').update(resource).digest('hex').slice(0, 6),
      authorizer: undefined,
      resourcePath: resource,
      httpMethod: request.method,
      extendedRequestId: request.extendedRequestId,
      requestTime: commonLogTime(request.receivedAt),
      path: request.path,
      accountId,
      protocol: request.protocol,
      stage,
      domainPrefix: host.split('.')[0] ?? '',
      requestTimeEpoch: request.receivedAt.getTime(),
      requestId: request.requestId,
      identity: {
        ...nobody,
        ...caller,
        sourceIp: request.sourceIp,
        userAgent: header(request.headers, 'user-agent') ?? null,
      },
      domainName: host,
      apiId,
    },
    ...encoded(body),
  };
}

/** A caller who did not sign with AWS credentials. */
const nobody = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

function encoded(body: Buffer | undefined): Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'> {
  if (body === undefined) return { body: null, isBase64Encoded: false };
  const text = body.toString('utf8');
  return Buffer.from(text, 'utf8').equals(body)
    ? { body: text, isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };
}

function forwarded(request: GatewayRequest, without: ReadonlySet<string>): Map<string, string[]> {
  const before = header(request.headers, 'x-forwarded-for');
  return grouped(
    [
      ...request.headers.filter(([name]) => !without.has(name.toLowerCase())),
      ['X-Amzn-Trace-Id', request.traceId],
      ['X-Forwarded-For', before === undefined ? request.sourceIp : `${before}, ${request.sourceIp}`],
      ['X-Forwarded-Port', String(request.port)],
      ['X-Forwarded-Proto', 'http'],
    ],
    (name) => name.toLowerCase(),
  );
}

/** Values by name, under the name as it was first written; `key` says which names are the same. */
function grouped(entries: GatewayRequest['headers'], key = (name: string) => name): Map<string, string[]> {
  const written = new Map<string, string>();
  const values = new Map<string, string[]>();
  for (const [name, value] of entries) {
    const first = written.get(key(name)) ?? name;
    written.set(key(name), first);
    values.set(first, [...(values.get(first) ?? []), value]);
  }
  return values;
}

const lastOf = (values: ReadonlyMap<string, readonly string[]>): Record<string, string> =>
  Object.fromEntries([...values].map(([name, each]) => [name, each.at(-1) ?? '']));

/** `20/Nov/2026:19:25:00 +0000` */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}
