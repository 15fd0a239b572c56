import type { IncomingMessage } from 'node:http';
import { type GcsAnswer, GcsRefusal, refusalAnswer } from './gcs-stand-in/answer.ts';
import { type ServedGcsBucket, serveJson } from './gcs-stand-in/json-api.ts';
import type { GcsBucket, GcsServiceAccount } from './gcs-stand-in/model.ts';
import { signerOf } from './gcs-stand-in/signed-url.ts';
import { newTokens } from './gcs-stand-in/token.ts';
import { listenOnLoopback, type PortChoice, type TlsIdentity } from './loopback-server.ts';
import { newRequestLog } from './request-log.ts';
import { memoryObjects } from './s3-stand-in/objects.ts';

export interface GcsStandInOptions {
  /** 0 by default: any free port, on 127.0.0.1 only. */
  readonly port?: PortChoice;
  readonly accounts: readonly GcsServiceAccount[];
  readonly buckets: readonly GcsBucket[];
  /** Clients ask for `storage.googleapis.com` and `oauth2.googleapis.com` by https: the certificate has to name both. */
  readonly tls: TlsIdentity;
  /** A text added to the message of every error, by which a test recognizes what the storage said. */
  readonly errorMessage?: string;
}

/** One request that was answered, without anything secret: no header, and no query. */
export interface RecordedGcsRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number;
}

export interface GcsStandIn {
  readonly port: number;
  /** The last thousand requests, oldest first; the same array for the stand-in's whole life. */
  readonly requests: readonly RecordedGcsRequest[];
  stop(): Promise<void>;
}

const tokenHost = 'oauth2.googleapis.com';
const apiHosts = ['storage.googleapis.com', 'private.googleapis.com', 'restricted.googleapis.com'];
const mostBytes = 1024 * 1024;

/**
 * Starts Google's token endpoint and Cloud Storage on this machine, told apart by their host names, as they answer
 * clients with service accounts. Objects are kept in memory.
 *
 * @throws Error when the port is taken
 */
export async function startGcsStandIn(options: GcsStandInOptions): Promise<GcsStandIn> {
  const { accounts, tls } = options;
  const buckets: readonly ServedGcsBucket[] = await Promise.all(options.buckets.map(served));
  const tokens = newTokens(accounts, Date.now);
  const log = newRequestLog<RecordedGcsRequest>();

  const answerTo = async (message: IncomingMessage): Promise<GcsAnswer> => {
    const { method = '', headers } = message;
    const host = (headers.host ?? '').replace(/:\d+$/, '');
    const [path = '/', ...query] = (message.url ?? '/').split('?');
    const parameters = new URLSearchParams(query.join('?'));
    const body = await bodyOf(message);
    if (host === tokenHost && path === '/token' && method === 'POST') return tokens.issue(body.toString('utf8'));
    if (!apiHosts.includes(host)) throw new GcsRefusal('xml', 404, 'NoSuchHost', 'Nothing is served at this host.');
    const segments = path.slice(1).split('/').map(decodeURIComponent);
    if (path.startsWith('/storage/v1/')) {
      return serveJson(method, segments.slice(2), parameters, tokens.holder(headers.authorization), buckets);
    }
    if (method !== 'PUT' || !parameters.has('X-Goog-Signature')) {
      throw new GcsRefusal('xml', 403, 'AccessDenied', 'Access denied.');
    }
    const names = new Map(
      Object.entries(message.headersDistinct).map(([name, values]) => [name, values?.join(',') ?? '']),
    );
    const account = signerOf({ method, path, query: parameters, headers: names }, accounts, Date.now());
    const [bucketName = '', ...key] = segments;
    const bucket = buckets.find(({ name }) => name === bucketName);
    if (!bucket) throw new GcsRefusal('xml', 404, 'NoSuchBucket', 'The specified bucket does not exist.');
    if (!account.rights.some((right) => right.bucket === bucketName && right.actions.includes('put'))) {
      throw new GcsRefusal('xml', 403, 'AccessDenied', 'Access denied.');
    }
    await bucket.store.put(key.join('/'), body, {});
    return { status: 200, headers: {}, body: '' };
  };

  const server = await listenOnLoopback(
    (message, response) => {
      answerTo(message)
        .catch((error: unknown) => {
          const refusal =
            error instanceof GcsRefusal
              ? error
              : new GcsRefusal('json', 500, 'internalError', 'We encountered an internal error.');
          return refusalAnswer(refusal, options.errorMessage);
        })
        .then(({ status, headers, body }) => {
          const [path = '/'] = (message.url ?? '/').split('?');
          log.add({ method: message.method ?? '', host: message.headers.host ?? '', path, status });
          response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
        })
        // A connection that breaks while it is answered leaves nobody to tell.
        .catch(() => response.destroy());
    },
    options.port ?? 0,
    tls,
  );
  return { port: server.port, requests: log.entries, stop: server.stop };
}

async function served(bucket: GcsBucket): Promise<ServedGcsBucket> {
  const store = memoryObjects();
  for (const [key, content] of Object.entries(bucket.objects ?? {})) await store.put(key, Buffer.from(content), {});
  return { ...bucket, store };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  const arriving: AsyncIterable<Buffer> = message;
  for await (const piece of arriving) {
    length += piece.length;
    if (length > mostBytes) throw new GcsRefusal('xml', 400, 'EntityTooLarge', 'The content is too large.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
