import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayResponse, Route } from '../../template/model.ts';
import { failed } from '../lambda/failure.ts';
import { type Invoke, largestEvent } from '../lambda/function-pool.ts';
import { readBody } from './body.ts';
import { type ErrorWords, type GatewayError, gatewayResponses } from './gateway-responses.ts';
import type { Authorize } from './iam-authorization.ts';
import { proxyEvent } from './proxy-event.ts';
import { type GatewayAnswer, readProxyAnswer } from './proxy-response.ts';
import { type GatewayRequest, readRequest } from './request.ts';
import { routing } from './routing.ts';

export interface Gateway {
  /** Without a slash at the end. */
  readonly url: string;
  /** Takes no more requests and ends those that are under way. */
  stop(): Promise<void>;
}

interface Options {
  readonly routes: readonly Route[];
  readonly gatewayResponses: readonly GatewayResponse[];
  readonly invoke: Invoke;
  /** Whether API Gateway was given the right to invoke the function (by ARN). */
  readonly mayInvoke: (functionArn: string) => boolean;
  /** Who may call routes with `AWS_IAM`; nobody when absent. */
  readonly authorize?: Authorize;
  /** 0 for any free one. */
  readonly port: number;
  readonly host: '127.0.0.1';
  readonly stage: string;
  /** `local` when absent. */
  readonly apiId?: string;
  /** Told in one line when a route could not be served, for a reason that is not the client's. */
  readonly onProblem?: (line: string) => void;
  /** How long a function may take; 29 s is API Gateway's own limit. */
  readonly integrationTimeoutMs?: number;
}

/** The total size of the request line and headers that a REST API takes, in bytes. */
const largestHeaders = 10_240;

/**
 * Serves the template's routes as a regional REST API does, at the root path as under a custom domain.
 *
 * @throws Error when the port is taken (code `EADDRINUSE`), or the routes or gateway responses hold what is not
 * supported
 */
export async function startGateway(options: Options): Promise<Gateway> {
  const answerTo = answering(options);
  const server = createServer({ maxHeaderSize: largestHeaders }, (message, response) => {
    answerTo(message).then(
      (answer) => send(response, answer),
      // Only a client that went away gets here: there is nobody to answer.
      () => response.destroy(),
    );
  });
  const port = await listening(server, options.port, options.host);
  return {
    url: `http://${options.host}:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** A whole request to a whole answer; rejects only when the client goes away. */
function answering(options: Options): (message: IncomingMessage) => Promise<GatewayAnswer> {
  const { authorize = allowNobody, stage, apiId } = options;
  const match = routing(options.routes);
  const own = gatewayResponses(options.gatewayResponses);

  async function throughFunction(request: GatewayRequest, message: IncomingMessage): Promise<GatewayAnswer> {
    const refuse = (error: GatewayError, words?: ErrorWords): GatewayAnswer => own(error, request, words);
    const matched = match(request.method, request.path);
    if (matched.kind === 'none') return refuse('MISSING_AUTHENTICATION_TOKEN');
    const { route, pathParameters } = matched;
    const body = await readBody(message);
    if (body === 'too large') return refuse('REQUEST_TOO_LARGE');
    const authorized = route.authorization === 'NONE' ? anybody : await authorize(request, body);
    if (authorized.kind === 'refused') return refuse(authorized.error, authorized.words);
    const problem = (what: string): void => options.onProblem?.(`${route.method} ${route.resource}: ${what}`);
    if (!options.mayInvoke(route.functionArn)) {
      problem('API Gateway has no permission to invoke its function');
      return refuse('API_CONFIGURATION_ERROR');
    }
    const accountId = route.functionArn.split(':')[4] ?? '';
    const deployment = { stage, accountId, ...(apiId !== undefined && { apiId }) };
    const event = proxyEvent(request, route, pathParameters, body, deployment, authorized.identity);
    if (Buffer.byteLength(JSON.stringify(event)) > largestEvent) return refuse('REQUEST_TOO_LARGE');

    const outcome = await within(options.integrationTimeoutMs ?? 29_000, options.invoke(route.functionArn, event));
    if (outcome === 'timed out') {
      problem('its function took too long');
      return refuse('INTEGRATION_TIMEOUT');
    }
    if (!outcome.ok) {
      // Only the type: a message may quote what the function was given.
      problem(`its function failed with ${outcome.errorType}`);
      return refuse('DEFAULT_5XX');
    }
    const answer = readProxyAnswer(outcome.payload);
    if (answer === undefined) problem('its function gave a malformed answer');
    return answer ?? refuse('DEFAULT_5XX');
  }

  return async (message) => {
    const request = readRequest(message);
    if (request === undefined) return refusedTarget;
    const { status, headers, body } = await throughFunction(request, message);
    const identified = [
      ['x-amzn-RequestId', request.requestId],
      ['x-amz-apigw-id', request.extendedRequestId],
      ['X-Amzn-Trace-Id', request.traceId],
    ] as const;
    return { status, headers: [...identified, ...headers], body };
  };
}

const anybody = { kind: 'allowed', identity: undefined } as const;
const allowNobody: Authorize = async () => ({ kind: 'refused', error: 'ACCESS_DENIED' });

/** Given before anything is known of the API, so no template re-words it. */
const refusedTarget: GatewayAnswer = {
  status: 400,
  headers: [
    ['Content-Type', 'application/json'],
    ['x-amzn-ErrorType', 'BadRequestException'],
  ],
  body: '{"message":"Bad Request"}',
};

async function within(ms: number, invoked: ReturnType<Invoke>): Promise<Awaited<typeof invoked> | 'timed out'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'timed out'>((resolve) => {
    timer = setTimeout(resolve, ms, 'timed out');
  });
  const outcome = invoked.catch(() => failed('ServiceException', 'The function could not be invoked.'));
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}

function send(response: ServerResponse, { status, headers, body }: GatewayAnswer): void {
  for (const [name, value] of headers) response.appendHeader(name, value);
  response.statusCode = status;
  response.end(body);
}
