import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withoutMessage } from './error-without-message.ts';
import type { Principal } from './iam/credentials.ts';
import type { SignedRequest } from './iam/signature.ts';
import type { Log } from './invoke.ts';
import { answerQuery, isQuery } from './query-protocol.ts';
import { readBody } from './read-body.ts';
import { type Caller, type Faults, type QueryService, ServiceError, type WireService } from './service.ts';

export interface WireServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Answers what is under way, then closes every connection. */
  readonly close: () => Promise<void>;
}

export interface WireServerOptions {
  readonly services: readonly WireService[];
  readonly queryServices: readonly QueryService[];
  readonly authenticate: (request: SignedRequest, signingName: string) => Promise<Principal>;
  readonly caller: (principal: Principal) => Caller;
  /** Fails calls of the JSON protocols on purpose. */
  readonly faults?: Faults;
  readonly log: Log;
}

/** One HTTP server on a free loopback port for all services: the AWS JSON 1.0 and 1.1 protocols, and the query protocol. */
export async function startServer(options: WireServerOptions): Promise<WireServer> {
  const server = createServer((request, response) => {
    const answered = isQuery(request) ? answerQuery(request, response, options) : answer(request, response, options);
    answered.catch(() => response.destroy());
  });
  // Longer than the clients keep an idle connection: it is theirs to close.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 1000).unref();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: WireServerOptions): Promise<void> {
  const target = String(request.headers['x-amz-target'] ?? '');
  try {
    const body = await readBody(request);
    const [service, name] = findOperation(target, options.services);
    const principal = await options.authenticate({ headers: request.headers, body }, service.signingName);
    const operation = service.operations[name];
    if (operation === undefined) {
      options.log(`The local target does not serve ${target}.`);
      throw new ServiceError('UnknownOperationException', `The local target does not serve ${target}.`);
    }
    const input = parseJson(body);
    const fault = options.faults?.({ service: service.signingName, operation: name, input, by: principal.kind });
    if (fault !== undefined) throw fault;
    send(request, response, 200, await operation(input, options.caller(principal)));
  } catch (error) {
    if (error instanceof ServiceError) {
      send(request, response, error.status, { __type: error.code, message: error.message, ...error.more });
      return;
    }
    options.log(`${target} failed: ${withoutMessage(error)}`);
    send(request, response, 500, { __type: 'InternalServerError', message: 'The local target failed.' });
  }
}

function findOperation(target: string, services: readonly WireService[]): readonly [WireService, string] {
  const [prefix, name = ''] = target.split('.');
  const service = services.find((candidate) => candidate.target === prefix);
  if (service === undefined) {
    throw new ServiceError('UnknownOperationException', 'The local target does not serve this service.');
  }
  return [service, name];
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'The request is not JSON.');
  }
}

function send(request: IncomingMessage, response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body ?? {}));
  response.writeHead(status, {
    'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.1',
    'content-length': bytes.length,
    'x-amzn-requestid': randomUUID(),
  });
  response.end(bytes);
}
