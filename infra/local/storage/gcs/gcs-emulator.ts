import type { IncomingMessage, RequestListener } from 'node:http';
import { listenOnLoopback, type PortChoice, type TlsIdentity } from '../loopback-server.ts';
import { newRequestLog } from '../request-log.ts';
import { s3Listener } from '../s3/listener.ts';
import { newPayloadBudget } from '../s3/operations/payload.ts';
import { openBucket, type ServedBucket } from '../s3/store/buckets.ts';
import type { S3Key } from '../s3/store/model.ts';
import { type GcsAnswer, GcsRefusal, refusalAnswer } from './answer.ts';
import { type ServedGcsBucket, serveJson } from './json-api.ts';
import type { GcsBucket, GcsServiceAccount } from './model.ts';
import { signerOf } from './signed-url.ts';
import { newTokens } from './token.ts';

export interface GcsOptions {
  readonly accounts: readonly GcsServiceAccount[];
  readonly buckets: readonly GcsBucket[];
  /** HMAC keys, by which the XML API is spoken as S3 is. Their rights are their own. */
  readonly hmacKeys?: readonly S3Key[];
  /** Where objects are kept; without it they are kept in memory. One stand-in at a time may use it. */
  readonly dataDir?: string;
  /** A text added to the message of every error, by which a test recognizes what the storage said. */
  readonly errorMessage?: string;
}

export interface GcsStandInOptions extends GcsOptions {
  /** 0 by default: any free port, on 127.0.0.1 only. */
  readonly port?: PortChoice;
  /** Clients ask for `storage.googleapis.com` and `oauth2.googleapis.com` by https: the certificate has to name both. */
  readonly tls: TlsIdentity;
}

/** One request that was answered, without anything secret: no header, and no query. */
export interface RecordedGcsRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number;
}

/** The services without a server of their own. */
export interface GcsServices {
  readonly listener: RequestListener;
  /** The last thousand requests, oldest first; always the same array. */
  readonly requests: readonly RecordedGcsRequest[];
  /** Gives a service account other rights at once, tokens that it has included. @throws Error when there is none such */
  setRights(email: string, rights: GcsServiceAccount['rights']): void;
}

export interface GcsStandIn extends GcsServices {
  readonly port: number;
  stop(): Promise<void>;
}

const tokenHost = 'oauth2.googleapis.com';
const apiHosts = ['storage.googleapis.com', 'private.googleapis.com', 'restricted.googleapis.com'];
const mostBytes = 1024 * 1024;
/** What Google's own tools sign for, there being no regions. */
const region = 'auto';

/**
 * Starts Google's token endpoint and Cloud Storage on this machine, told apart by their host names.
 *
 * @throws Error when the port is taken
 */
export async function startGcsStandIn(options: GcsStandInOptions): Promise<GcsStandIn> {
  const services = await openGcs(options);
  const server = await listenOnLoopback(services.listener, options.port ?? 0, options.tls);
  return { ...services, port: server.port, stop: server.stop };
}

/** Google's token endpoint and Cloud Storage as they answer clients with service accounts, and with HMAC keys. */
export async function openGcs(options: GcsOptions): Promise<GcsServices> {
  const accounts = options.accounts.map((account) => ({ ...account }));
  const opened = await Promise.all(
    options.buckets.map(async (bucket): Promise<ServedGcsBucket & { readonly xml: ServedBucket }> => {
      const { name, objects = {}, cors = false } = bucket;
      const xml = await openBucket({ name, region, cors, objects }, options.dataDir);
      return { ...bucket, store: xml.objects, xml };
    }),
  );
  const tokens = newTokens(accounts, Date.now);
  const log = newRequestLog<RecordedGcsRequest>();
  const xmlApi = s3Listener(
    {
      keys: options.hmacKeys ?? [],
      buckets: opened.map(({ xml }) => xml),
      budget: newPayloadBudget(),
      withoutV2: undefined,
      now: () => new Date(),
      onManagement: undefined,
    },
    { google: true, ...(options.errorMessage !== undefined && { errorMessage: options.errorMessage }) },
    ({ method, host, path, status }) => log.add({ method, host, path, status }),
  );

  const answerTo = async (message: IncomingMessage, { host, path, parameters }: Asked): Promise<GcsAnswer> => {
    const { method = '', headers } = message;
    const body = await bodyOf(message);
    if (host === tokenHost && path === '/token' && method === 'POST') return tokens.issue(body.toString('utf8'));
    if (!apiHosts.includes(host)) throw new GcsRefusal('xml', 404, 'NoSuchHost', 'Nothing is served at this host.');
    const segments = path.slice(1).split('/').map(decodeURIComponent);
    if (path.startsWith(jsonApi)) {
      return serveJson(method, segments.slice(2), parameters, tokens.holder(headers.authorization), opened);
    }
    if (method !== 'PUT') throw new GcsRefusal('xml', 403, 'AccessDenied', 'Access denied.');
    const names = new Map(
      Object.entries(message.headersDistinct).map(([name, values]) => [name, values?.join(',') ?? '']),
    );
    const account = signerOf({ method, path, query: parameters, headers: names }, accounts, Date.now());
    const [bucketName = '', ...key] = segments;
    const bucket = opened.find(({ name }) => name === bucketName);
    if (!bucket) throw new GcsRefusal('xml', 404, 'NoSuchBucket', 'The specified bucket does not exist.');
    if (!account.rights.some((right) => right.bucket === bucketName && right.actions.includes('put'))) {
      throw new GcsRefusal('xml', 403, 'AccessDenied', 'Access denied.');
    }
    await bucket.store.put(key.join('/'), body, {});
    return { status: 200, headers: {}, body: '' };
  };

  const listener: RequestListener = (message, response) => {
    const asked = askedOf(message);
    if (isForXmlApi(asked)) {
      xmlApi(message, response);
      return;
    }
    answerTo(message, asked)
      .catch((error: unknown) => {
        const refusal =
          error instanceof GcsRefusal
            ? error
            : new GcsRefusal('json', 500, 'internalError', 'We encountered an internal error.');
        return refusalAnswer(refusal, options.errorMessage);
      })
      .then(({ status, headers, body }) => {
        log.add({ method: message.method ?? '', host: message.headers.host ?? '', path: asked.path, status });
        response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
      })
      // A connection that breaks while it is answered leaves nobody to tell.
      .catch(() => response.destroy());
  };
  const setRights: GcsServices['setRights'] = (email, rights) => {
    const account = accounts.find((one) => one.email === email);
    if (account === undefined) throw new Error('The stand-in has no such service account.');
    // In place, because tokens name the account they were issued to.
    Object.assign(account, { rights });
  };
  return { listener, requests: log.entries, setRights };
}

const jsonApi = '/storage/v1/';

interface Asked {
  readonly host: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
}

function askedOf({ headers, url = '/' }: IncomingMessage): Asked {
  const [path = '/', ...query] = url.split('?');
  return {
    host: (headers.host ?? '').replace(/:\d+$/, ''),
    path,
    parameters: new URLSearchParams(query.join('?')),
  };
}

/** Everything at the API's hosts but the JSON API, and but what a service account signed. */
const isForXmlApi = ({ host, path, parameters }: Asked): boolean =>
  apiHosts.includes(host) && !path.startsWith(jsonApi) && !parameters.has('X-Goog-Signature');

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
