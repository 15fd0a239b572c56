import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { type PortName, type Ports, Throttled } from '../core/ports.ts';
import { logRequest, logUnexpected } from '../platform/log.ts';
import { moment, storageDeadline } from '../platform/moment.ts';
import type { Answer } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { parseBody } from './body.ts';
import type { Headers } from './carriers.ts';
import type { Endpoint, everyRequestNeeds, Request } from './endpoint.ts';
import { type Problem, Refused } from './problem.ts';

type EveryRequest = (typeof everyRequestNeeds)[number];

/**
 * Makes a Lambda handler of an endpoint and the adapters of its ports. The only place that knows middy and API
 * Gateway's events.
 */
export function lambda<Needs extends PortName>(endpoint: Endpoint<Needs>, ports: Pick<Ports, Needs | EveryRequest>) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(wordProblems(endpoint))
    .handler(async (event) => {
      const request = await readRequest(endpoint, event, ports);
      return toResult(await endpoint.run(request, ports));
    });
}

/** Authenticates before anything of the request is looked at, so that strangers learn nothing from its refusal. */
async function readRequest(
  endpoint: Pick<Endpoint, 'scope' | 'organizationFrom' | 'method'>,
  event: APIGatewayProxyEvent,
  ports: Pick<Ports, EveryRequest>,
): Promise<Request> {
  const key = await authenticate(lowerCased(event.headers), ports['keys.read']);
  const path = defined(event.pathParameters);
  if (endpoint.organizationFrom) {
    // Another's organization, one that does not exist and no key at all are told apart by nobody.
    if (path[endpoint.organizationFrom.path] !== String(key.organizationId)) {
      throw new Refused({ kind: 'unauthenticated' });
    }
  }
  if (!key.scopes.includes(endpoint.scope)) throw new Refused({ kind: 'forbidden' });
  // What a GET or DELETE carries is left over from an earlier call of the client's, secrets included.
  const takesBody = endpoint.method === 'POST' || endpoint.method === 'PUT';
  return {
    organizationId: key.organizationId,
    path,
    query: defined(event.queryStringParameters),
    body: takesBody ? parseBody(event.body, event.isBase64Encoded) : undefined,
    now: moment.now(),
    clock: moment.clock,
    random: moment.random,
    deadline: storageDeadline(),
  };
}

/** Words whatever was thrown in the dialect's own body, and logs one line per request. */
function wordProblems(
  endpoint: Pick<Endpoint, 'dialect' | 'name'>,
): middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  const name = `${endpoint.dialect.name}/${endpoint.name}`;
  return {
    after: ({ event, response }) => logRequest(name, event.requestContext.requestId, response?.statusCode ?? 0),
    onError: (request) => {
      const reference = request.event.requestContext.requestId;
      const problem = problemOf(request.error, reference);
      if (problem.kind === 'unexpected') logUnexpected(name, reference, request.error);
      request.response = toResult(endpoint.dialect.word(problem));
      logRequest(name, reference, request.response.statusCode);
    },
  };
}

function problemOf(error: unknown, reference: string): Problem {
  if (error instanceof Refused) return error.problem;
  if (error instanceof Throttled) return { kind: 'too-many', retryAfterSeconds: 5 };
  return { kind: 'unexpected', reference };
}

/** Answers are about credentials and one caller's data: nothing on the way may keep them. */
const answerHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

function toResult({ status, body, headers }: Answer): APIGatewayProxyResult {
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

const lowerCased = (headers: APIGatewayProxyEvent['headers'] | null): Headers =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));

const defined = (values: Readonly<Record<string, string | undefined>> | null): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
