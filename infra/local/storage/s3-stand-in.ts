import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { listenOnLoopback, type PortChoice, type TlsIdentity } from './loopback-server.ts';
import { newRequestLog } from './request-log.ts';
import { errorAnswer, type RequestIds, type S3Answer } from './s3-stand-in/answer.ts';
import { openBucket } from './s3-stand-in/buckets.ts';
import { corsHeaders } from './s3-stand-in/cors.ts';
import { S3Refusal } from './s3-stand-in/errors.ts';
import type { S3Bucket, S3Key } from './s3-stand-in/model.ts';
import { newPayloadBudget } from './s3-stand-in/payload.ts';
import { readS3Request, type S3Request } from './s3-stand-in/request.ts';
import { type S3Service, serve, type WithoutV2 } from './s3-stand-in/service.ts';

export interface S3StandInOptions {
  /** 0 by default: any free port, on 127.0.0.1 only. */
  readonly port?: PortChoice;
  /** Where objects are kept; without it they are kept in memory. One stand-in at a time may use it. */
  readonly dataDir?: string;
  readonly keys: readonly S3Key[];
  readonly buckets: readonly S3Bucket[];
  readonly tls?: TlsIdentity;
  /** Serves as storages do that lack ListObjectsV2. */
  readonly withoutV2?: WithoutV2;
  /** Serves as Google's XML API does: an unknown key is InvalidSecurity. */
  readonly google?: boolean;
  /** Hosts under which `bucket.<host>` names a bucket, besides those of AWS, which are always known. */
  readonly virtualHosts?: readonly string[];
  /** A text added to the message of every error, by which a test recognizes what the storage said. */
  readonly errorMessage?: string;
}

/** One request that was answered, without anything secret: no header, and no parameter of a signature. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly host: string;
  /** The operation of the S3 API, or `Preflight`; `Unknown` for a request that is neither. */
  readonly operation: string;
  readonly status: number;
}

export interface S3StandIn {
  readonly url: string;
  readonly port: number;
  /** The last thousand requests, oldest first; the same array for the stand-in's whole life. */
  readonly requests: readonly RecordedRequest[];
  stop(): Promise<void>;
}

/**
 * Starts an S3 service on this machine that checks signatures and rights and answers as Amazon S3 documents it.
 *
 * @throws Error when the port is taken, the data directory cannot be used, or a bucket has an impossible name
 */
export async function startS3StandIn(options: S3StandInOptions): Promise<S3StandIn> {
  const service: S3Service = {
    keys: options.keys,
    buckets: await Promise.all(options.buckets.map((bucket) => openBucket(bucket, options.dataDir))),
    budget: newPayloadBudget(),
    withoutV2: options.withoutV2,
  };
  const log = newRequestLog<RecordedRequest>();

  const answerTo = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ids = newIds();
    let request: S3Request | undefined;
    let operation = 'Unknown';
    let answer: S3Answer;
    try {
      request = readS3Request(message, options.virtualHosts ?? []);
      answer = await serve(service, request, message, (name) => {
        operation = name;
      });
    } catch (error) {
      const refusal = wordedBy(error instanceof S3Refusal ? error : new S3Refusal('InternalError'), options.google);
      answer = errorAnswer(refusal, ids, options.errorMessage);
    }
    const bucket = service.buckets.find(({ name }) => name === request?.address.bucket);
    const cors = request === undefined ? {} : corsHeaders(request, bucket);
    log.add({
      method: message.method ?? '',
      path: request?.keyPath ?? '',
      query: request === undefined ? {} : publicQuery(request),
      host: request?.host ?? '',
      operation,
      status: answer.status,
    });
    await send(response, { ...answer, headers: { ...cors, ...answer.headers } }, ids, message.method === 'HEAD');
  };

  const server = await listenOnLoopback(
    (message, response) => {
      // A connection that breaks while it is answered leaves nobody to tell.
      answerTo(message, response).catch(() => response.destroy());
    },
    options.port ?? 0,
    options.tls,
  );
  return { url: server.url, port: server.port, requests: log.entries, stop: server.stop };
}

/** "HTTP status and error codes for the XML API": Google's own code for an access id that it does not know. */
const wordedBy = (refusal: S3Refusal, google = false): S3Refusal =>
  google && refusal.code === 'InvalidAccessKeyId' ? new S3Refusal('InvalidSecurity') : refusal;

async function send(response: ServerResponse, answer: S3Answer, ids: RequestIds, headOnly: boolean): Promise<void> {
  response.writeHead(answer.status, {
    'x-amz-id-2': ids.hostId,
    'x-amz-request-id': ids.requestId,
    server: 'AmazonS3',
    ...answer.headers,
  });
  if (headOnly || answer.body === undefined || typeof answer.body === 'string') {
    response.end(headOnly ? undefined : answer.body);
    return;
  }
  await pipeline(answer.body, response);
}

function newIds(): RequestIds {
  return { requestId: randomBytes(8).toString('hex').toUpperCase(), hostId: randomBytes(56).toString('base64') };
}

function publicQuery(request: S3Request): Readonly<Record<string, string>> {
  const secretFree = request.query.filter(([name]) => !/^(?:x-amz-|signature$|awsaccesskeyid$)/i.test(name));
  return Object.fromEntries(secretFree);
}
