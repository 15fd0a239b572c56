import { randomUUID } from 'node:crypto';
import {
  Agent,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { listenOnLoopback, ownTls, type PortChoice, type TlsIdentity } from '../loopback-server.ts';
import { newRequestLog } from '../request-log.ts';
import {
  type AzureError,
  type AzureRequest,
  azureErrorBody,
  documentedError,
  staleRequest,
  withPlanted,
} from './azure-errors.ts';

/** No error of Azurite is longer; anything that is, is passed on as it comes. */
const MAXIMUM_ERROR_BYTES = 64 * 1024;

export interface AzureFrontOptions {
  /** Where Azurite listens on 127.0.0.1, with `tls` when that is given. */
  readonly azuritePort: number;
  /** 0 by default: any free port, on 127.0.0.1 only. */
  readonly port?: PortChoice;
  readonly tls?: TlsIdentity;
  /** A text added to the message of every error, by which a test recognizes what the storage said. */
  readonly errorMessage?: string;
}

/** One request that was answered. The query is left out: it may hold a SAS. */
export interface RecordedAzureRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly status: number;
}

export interface AzureFront {
  readonly url: string;
  readonly port: number;
  /** Answers at other servers what is answered here. */
  readonly listener: RequestListener;
  /** The last thousand requests, oldest first; the same array for the front's whole life. */
  readonly requests: readonly RecordedAzureRequest[];
  stop(): Promise<void>;
}

/**
 * Stands in front of Azurite and passes everything through as a stream, Host included, so that signatures hold; only
 * errors are looked at, and worded as the real service documents them.
 *
 * A host such as `account.blob.core.windows.net` names the account, as it does to the real service (Azurite knows
 * this form); an IP address or `localhost` makes it the first segment of the path, as with the emulator.
 *
 * @throws Error when the port is taken
 */
export async function startAzureFront(options: AzureFrontOptions): Promise<AzureFront> {
  const log = newRequestLog<RecordedAzureRequest>();
  const forward = forwarder(options);

  const answerTo = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = readRequest(message);
    const record = (status: number): void => {
      log.add({ method: request.method, path: request.path, host: request.headers.get('host') ?? '', status });
    };
    const stale = staleRequest(request, new Date());
    if (stale !== undefined) {
      record(stale.status);
      sendError(response, stale, options.errorMessage, request.method === 'HEAD');
      return;
    }
    const answer = await forward.send(message);
    const status = answer.statusCode ?? 502;
    const code = [answer.headers['x-ms-error-code']].flat()[0];
    const instead = documentedError(request, status, code);
    record(instead?.status ?? status);
    if (instead !== undefined) {
      answer.resume();
      sendError(response, instead, options.errorMessage, request.method === 'HEAD', answer);
      return;
    }
    if (status >= 400 && request.method !== 'HEAD' && options.errorMessage !== undefined) {
      const body = withPlanted(await shortBody(answer), options.errorMessage);
      response.writeHead(status, passedOn(answer, { 'content-length': `${Buffer.byteLength(body)}` })).end(body);
      return;
    }
    response.writeHead(status, passedOn(answer, {}));
    await pipeline(answer, response);
  };

  const listener: RequestListener = (message, response) => {
    answerTo(message, response).catch(() => {
      // Azurite is gone, or one side broke off: what was begun cannot be finished.
      if (response.headersSent) response.destroy();
      else sendError(response, UNREACHABLE, options.errorMessage, message.method === 'HEAD');
    });
  };
  const server = await listenOnLoopback(listener, options.port ?? 0, options.tls);
  return {
    url: server.url,
    port: server.port,
    listener,
    requests: log.entries,
    stop: async () => {
      await server.stop();
      forward.close();
    },
  };
}

const UNREACHABLE: AzureError = {
  status: 503,
  code: 'ServerBusy',
  message: 'The server is busy.',
  detail: undefined,
};

interface Forwarder {
  send(message: IncomingMessage): Promise<IncomingMessage>;
  close(): void;
}

function forwarder({ azuritePort, tls }: AzureFrontOptions): Forwarder {
  // Azurite has the certificate this front has.
  const agent = tls === undefined ? new Agent({ keepAlive: true }) : new TlsAgent({ keepAlive: true, ...ownTls(tls) });
  const send = (message: IncomingMessage): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const sent = (tls === undefined ? httpRequest : httpsRequest)({
        agent,
        host: '127.0.0.1',
        port: azuritePort,
        method: message.method,
        path: message.url,
        headers: withoutConnection(message.rawHeaders),
        setDefaultHeaders: false,
      });
      sent.once('response', resolve);
      sent.once('error', reject);
      pipeline(message, sent).catch(reject);
    });
  return { send, close: () => agent.destroy() };
}

/** Header names and values in turn, without those that concern one connection only. */
function withoutConnection(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = '', value = ''] = raw.slice(at, at + 2);
    if (!/^(?:connection|keep-alive|expect|proxy-connection|upgrade|te)$/i.test(name)) kept.push(name, value);
  }
  return kept;
}

function passedOn(
  answer: IncomingMessage,
  replaced: Readonly<Record<string, string>>,
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    const framing = 'content-length' in replaced && name === 'transfer-encoding';
    if (value !== undefined && name !== 'connection' && name !== 'keep-alive' && !framing) headers[name] = value;
  }
  return { ...headers, ...replaced };
}

function sendError(
  response: ServerResponse,
  error: AzureError,
  planted: string | undefined,
  headOnly: boolean,
  inPlaceOf?: IncomingMessage,
): void {
  const requestId = [inPlaceOf?.headers['x-ms-request-id']].flat()[0] ?? randomUUID();
  const body = withPlanted(azureErrorBody(error, requestId, new Date()), planted);
  response.writeHead(error.status, {
    ...(inPlaceOf === undefined ? {} : passedOn(inPlaceOf, { 'content-length': '0' })),
    'content-type': 'application/xml',
    'content-length': `${Buffer.byteLength(body)}`,
    'x-ms-error-code': error.code,
    'x-ms-request-id': requestId,
  });
  response.end(headOnly ? undefined : body);
}

async function shortBody(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  const arriving: AsyncIterable<Buffer> = answer;
  for await (const piece of arriving) {
    length += piece.length;
    if (length > MAXIMUM_ERROR_BYTES) throw new Error('An error of Azurite was longer than any it documents');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function readRequest(message: IncomingMessage): AzureRequest {
  const [path = '', ...query] = (message.url ?? '/').split('?');
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, [value].flat().join(','));
  }
  return { method: message.method ?? '', path, query: query.join('?'), headers };
}
