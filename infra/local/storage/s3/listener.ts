import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { errorAnswer, type RequestIds, type S3Answer } from './answer.ts';
import { S3Refusal } from './errors.ts';
import { corsHeaders } from './operations/cors.ts';
import { readS3Request, type S3Request } from './request.ts';
import { type S3Service, serve } from './service.ts';

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

export interface S3Wording {
  /** As Google's XML API does: an unknown key is InvalidSecurity. */
  readonly google?: boolean;
  /** Hosts under which `bucket.<host>` names a bucket, besides those of AWS, which are always known. */
  readonly virtualHosts?: readonly string[];
  /** A text added to the message of every error, by which a test recognizes what the storage said. */
  readonly errorMessage?: string;
}

/**
 * Answers HTTP requests as an S3 service.
 *
 * @param record told of every request, before its answer is sent
 */
export function s3Listener(
  service: S3Service,
  wording: S3Wording,
  record: (request: RecordedRequest) => void,
): RequestListener {
  const answerTo = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ids = newIds();
    let request: S3Request | undefined;
    let operation = 'Unknown';
    let answer: S3Answer;
    try {
      request = readS3Request(message, wording.virtualHosts ?? []);
      answer = await serve(service, request, message, (name) => {
        operation = name;
      });
    } catch (error) {
      const refusal = wordedBy(error instanceof S3Refusal ? error : new S3Refusal('InternalError'), wording.google);
      answer = errorAnswer(refusal, ids, wording.errorMessage);
    }
    const bucket = service.buckets.find(({ name }) => name === request?.address.bucket);
    const cors = request === undefined ? {} : corsHeaders(request, bucket);
    record({
      method: message.method ?? '',
      path: request?.keyPath ?? '',
      query: request === undefined ? {} : publicQuery(request),
      host: request?.host ?? '',
      operation,
      status: answer.status,
    });
    const headers = { date: service.now().toUTCString(), ...cors, ...answer.headers };
    await send(response, { ...answer, headers }, ids, message.method === 'HEAD');
  };
  return (message, response) => {
    // A connection that breaks while it is answered leaves nobody to tell.
    answerTo(message, response).catch(() => response.destroy());
  };
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
