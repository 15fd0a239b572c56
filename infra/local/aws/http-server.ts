import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatErrorWithoutMessage } from './error-without-message.ts';
import { handleQueryRequest, isQueryRequest, type QueryProtocolOptions } from './query-protocol.ts';
import { readBody } from './read-body.ts';
import { type FaultInjector, type JsonService, ServiceError } from './service.ts';

export interface HttpServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Lets requests in progress finish for up to one second, then closes every connection. */
  readonly close: () => Promise<void>;
}

export interface HttpServerOptions extends QueryProtocolOptions {
  readonly services: readonly JsonService[];
  /** Makes calls of the JSON protocol fail on purpose. */
  readonly faults?: FaultInjector;
}

/**
 * Starts one HTTP server for all services on a free loopback port. It speaks AWS JSON 1.0 and 1.1, and the query
 * protocol.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const handle = isQueryRequest(request) ? handleQueryRequest : handleJsonRequest;
    handle(request, response, options).catch(() => response.destroy());
  });
  // Clients give up idle connections sooner, so the server never closes one that a client is about to use.
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

async function handleJsonRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpServerOptions,
): Promise<void> {
  const target = String(request.headers['x-amz-target'] ?? '');
  try {
    const body = await readBody(request);
    const [service, name] = findOperation(target, options.services);
    const principal = await options.authenticate({ headers: request.headers, body }, service.signingName);
    const operation = service.operations[name];
    if (operation === undefined) {
      const message = `The local AWS does not support the operation ${target}.`;
      options.log(message);
      throw new ServiceError('UnknownOperationException', message);
    }
    const input = parseJson(body);
    const fault = options.faults?.({ service: service.signingName, operation: name, input, by: principal.kind });
    if (fault !== undefined) throw fault;
    send(request, response, 200, await operation(input, options.createCaller(principal)));
  } catch (error) {
    if (error instanceof ServiceError) {
      send(request, response, error.status, { __type: error.code, message: error.message, ...error.more });
      return;
    }
    options.log(`${target} failed: ${formatErrorWithoutMessage(error)}`);
    send(request, response, 500, { __type: 'InternalServerError', message: 'The local AWS failed.' });
  }
}

function findOperation(target: string, services: readonly JsonService[]): readonly [JsonService, string] {
  const [prefix, name = ''] = target.split('.');
  const service = services.find((candidate) => candidate.target === prefix);
  if (service === undefined) {
    throw new ServiceError('UnknownOperationException', `The local AWS does not emulate the service ${prefix}.`);
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
