import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { logRequest, logUnexpected } from '../platform/runtime/log.ts';
import type { Headers } from './auth/credential-headers.ts';
import type { Dialect } from './dialect.ts';
import { problemOf } from './problem.ts';
import type { Response } from './response.ts';

/** What is served: whose words it answers in, and what the log calls it. */
export interface ApiTarget {
  readonly dialect: Dialect;
  readonly name: string;
}

/**
 * Makes a Lambda handler of a function that answers requests: its answers become API Gateway's, whatever it throws is
 * worded in the dialect's own body, and every request is one line in the log.
 */
export const handleApiEvent = (of: ApiTarget, answerTo: (request: IncomingRequest) => Promise<Response>) =>
  middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(wordProblems(of))
    .handler(async (event) => toResult(await answerTo(arrived(event))));

/** A request as it arrived, before anything is known of who sends it. */
export interface IncomingRequest {
  readonly headers: Headers;
  /** Decoded, once: API Gateway hands path parameters over as they were sent. What cannot be decoded names nothing. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Where it was sent, as its sender wrote it but for the query. */
  readonly url: string;
  readonly body: { readonly text: string | null; readonly isBase64: boolean };
  /** Where it came from, as API Gateway saw it; the agent is what the caller claims, cut to a bound. */
  readonly from: { readonly ip: string; readonly agent: string };
  /** The ARN of whoever signed it with AWS credentials, on routes where API Gateway checks that. */
  readonly signedBy: string | undefined;
  /** Finds its log lines. */
  readonly reference: string;
}

/** Longest user agent that is kept, in characters. */
const longestAgent = 256;

const arrived = (event: APIGatewayProxyEvent): IncomingRequest => ({
  headers: Object.fromEntries(Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
  path: Object.fromEntries(
    Object.entries(defined(event.pathParameters)).map(([name, value]) => [name, decoded(value)]),
  ),
  query: defined(event.queryStringParameters),
  url: addressOf(event),
  body: { text: event.body, isBase64: event.isBase64Encoded },
  from: {
    ip: event.requestContext.identity.sourceIp,
    agent: (event.requestContext.identity.userAgent ?? '').slice(0, longestAgent),
  },
  signedBy: event.requestContext.identity.userArn ?? undefined,
  reference: event.requestContext.requestId,
});

/**
 * Where a request was sent. The path of the request's context is the whole one, with the stage in front at API Gateway's
 * own host and with the base path behind a custom domain; the scheme and the host are those that API Gateway was reached
 * by. Of the host header only the port is taken, which the domain name leaves out.
 */
function addressOf({ headers, requestContext }: APIGatewayProxyEvent): string {
  const sent = (name: string) => Object.entries(headers ?? {}).find(([other]) => other.toLowerCase() === name)?.[1];
  const { domainName = '', path } = requestContext;
  const host = sent('host') ?? '';
  const scheme = sent('x-forwarded-proto') === 'http' ? 'http' : 'https';
  return `${scheme}://${host.replace(/:\d+$/, '') === domainName ? host : domainName}${path}`;
}

/** `<dialect>/<endpoint>`. */
export const nameOf = ({ dialect, name }: ApiTarget): string => `${dialect.name}/${name}`;

function wordProblems(of: ApiTarget): middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  const name = nameOf(of);
  return {
    after: ({ event, response }) => logRequest(name, event.requestContext.requestId, response?.statusCode ?? 0),
    onError: (request) => {
      const reference = request.event.requestContext.requestId;
      const problem = problemOf(request.error, reference);
      if (problem.kind === 'unexpected') logUnexpected(name, reference, request.error);
      request.response = toResult(of.dialect.word(problem));
      logRequest(name, reference, request.response.statusCode);
    },
  };
}

/** Answers are about credentials and one caller's data: nothing on the way may keep them. */
const answerHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

function toResult({ status, body, headers }: Response): APIGatewayProxyResult {
  return {
    statusCode: status,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...answerHeaders,
      ...headers,
    },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const defined = (values: Readonly<Record<string, string | undefined>> | null): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
