import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AccessKeyPair } from '../../core/storage/credential.ts';
import type { Way } from '../egress/egress.ts';
import { normalizeS3Body } from './normalize-body.ts';
import type { S3Address } from './s3-endpoint.ts';

/**
 * An S3 client for one bucket or account under one credential. Everything that the SDK would otherwise take from the
 * environment, a profile or the function's role is said here, so that none of it reaches a customer's request.
 *
 * Two attempts: the second is made only when the first failed for a passing reason, or when the answer's date showed
 * our clock to be off, which the SDK then corrects.
 */
export async function newS3Client(address: S3Address, credential: AccessKeyPair, way: Way): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({
    endpoint: address.endpoint,
    forcePathStyle: address.pathStyle,
    region: address.region,
    credentials: {
      accessKeyId: credential.accessKey,
      secretAccessKey: credential.secretKey,
      ...(credential.sessionToken !== undefined && { sessionToken: credential.sessionToken }),
    },
    // Given as options, so that the SDK's own handler uses the agents it gets: both, or it would make the other.
    requestHandler: { httpAgent: way.httpAgent, httpsAgent: way.httpsAgent, logger: silence },
    logger: silence,
    maxAttempts: 2,
    retryMode: 'standard',
    defaultsMode: 'standard',
    authSchemePreference: ['sigv4'],
    userAgentAppId: async () => undefined,
    // Compatible storages do not know the newer checksums, and a signed PUT with one fails for any other body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: false,
    useAccelerateEndpoint: false,
    useArnRegion: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
  });
  client.middlewareStack.add(
    (next) => (args) => {
      dropOperationName(args.request);
      return next(args);
    },
    { step: 'build', name: 'dropOperationName' },
  );
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      await normalizeBody(result.response, bucketIn(args.input));
      return result;
    },
    // Of low priority: the answer comes here before the SDK's own step parses it.
    { step: 'deserialize', priority: 'low', name: 'normalizeBody' },
  );
  return client;
}

const bucketIn = (input: object): string | undefined =>
  'Bucket' in input && typeof input.Bucket === 'string' ? input.Bucket : undefined;

/** Reads the body of a good answer and puts it back normalized, before the SDK parses it. The egress bounds its length. */
async function normalizeBody(response: unknown, bucket: string | undefined): Promise<void> {
  if (typeof response !== 'object' || response === null || !('statusCode' in response) || !('body' in response)) return;
  const { statusCode, body } = response;
  if (statusCode !== 200 || !(body instanceof Readable)) return;
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  response.body = Buffer.from(normalizeS3Body(Buffer.concat(chunks).toString('utf8'), bucket));
}

/** What an SDK has to say may quote what a server sent. */
const silence = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** `x-id` only tells requests apart in logs, and Google's XML API refuses signatures that cover it. */
function dropOperationName(request: unknown): void {
  if (typeof request !== 'object' || request === null || !('query' in request)) return;
  const { query } = request;
  if (typeof query === 'object' && query !== null && 'x-id' in query) delete query['x-id'];
}
