import type { IncomingMessage } from 'node:http';
import { isBucketName, type S3Address, servingRegion } from './address.ts';
import type { S3Answer } from './answer.ts';
import { authenticate } from './auth/signature.ts';
import { S3Refusal } from './errors.ts';
import { bucketLocation, headBucket, listBuckets, listObjects } from './operations/bucket-operations.ts';
import { preflight } from './operations/cors.ts';
import { deleteObject, getObject, putObject } from './operations/object-operations.ts';
import { operationOf, requireUnderstood, type S3Operation } from './operations/parse-operation.ts';
import type { PayloadBudget } from './operations/payload.ts';
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from './operations/policy-operations.ts';
import type { S3Request } from './request.ts';
import type { ServedBucket } from './store/buckets.ts';
import type { ManagementCall, S3Key } from './store/model.ts';

/**
 * How a storage that lacks ListObjectsV2 meets it: 501 NotImplemented, 400 InvalidArgument for the parameter
 * `list-type`, or without a word, as if it were ListObjects.
 */
export type WithoutV2 = 'not-implemented' | 'invalid-argument' | 'ignored';

/** What a running stand-in serves. */
export interface S3Service {
  readonly keys: readonly S3Key[];
  readonly buckets: readonly ServedBucket[];
  readonly budget: PayloadBudget;
  readonly withoutV2: WithoutV2 | undefined;
  /** Its clock. */
  readonly now: () => Date;
  /** Told of every call that changed permissions, once it has; must not throw. */
  readonly onManagement: ((call: ManagementCall) => void) | undefined;
}

/**
 * Serves one request: is it at the right place, who sends it, what does it ask, may they, and then does it. The order
 * is S3's: where a bucket is, is told to anyone; whether it exists, only to a request with valid credentials or none.
 *
 * @param named told the operation as soon as it is known
 * @throws S3Refusal for everything that S3 answers with an error
 */
export async function serve(
  service: S3Service,
  request: S3Request,
  message: IncomingMessage,
  named: (operation: string) => void,
): Promise<S3Answer> {
  const { address } = request;
  if (address.bucket !== undefined && !isBucketName(address.bucket)) {
    throw new S3Refusal('InvalidBucketName', { details: { BucketName: address.bucket } });
  }
  const bucket = service.buckets.find(({ name }) => name === address.bucket);
  const region = servingRegion(address, bucket?.region);
  if (bucket !== undefined) requireRightPlace(address, bucket, region);
  if (request.method === 'OPTIONS') {
    named('Preflight');
    return preflight(request, bucket);
  }
  try {
    const answer = await serveOperation(service, request, message, bucket, region, named);
    return { ...answer, headers: { ...regionHeader(address, bucket), ...answer.headers } };
  } catch (error) {
    if (!(error instanceof S3Refusal) || bucket === undefined) throw error;
    const { code, details, headers } = error;
    const misdirected = code === 'AuthorizationHeaderMalformed';
    const region = misdirected ? { 'x-amz-bucket-region': bucket.region } : regionHeader(address, bucket);
    throw new S3Refusal(code, { message: error.message, details, headers: { ...region, ...headers } });
  }
}

async function serveOperation(
  service: S3Service,
  request: S3Request,
  message: IncomingMessage,
  bucket: ServedBucket | undefined,
  region: string | undefined,
  named: (operation: string) => void,
): Promise<S3Answer> {
  const operation = knownOperation(operationOf(request), service.withoutV2);
  if (!(operation instanceof S3Refusal)) named(operation);
  const authenticated = authenticate(request, service.keys, region, service.now());
  if (operation instanceof S3Refusal) throw operation;
  const headers = authenticated?.headers ?? request.headers;
  requireUnderstood(headers);
  const key = authenticated?.key;
  if (operation === 'ListBuckets') return listBuckets(request, key, service.buckets);
  if (bucket === undefined) {
    throw new S3Refusal('NoSuchBucket', { details: { BucketName: request.address.bucket ?? '' } });
  }
  switch (operation) {
    case 'ListObjects':
      return listObjects(withoutListType(request, service.withoutV2), key, bucket, 1);
    case 'ListObjectsV2':
      return listObjects(request, key, bucket, 2);
    case 'GetBucketLocation':
      return bucketLocation(key, bucket);
    case 'HeadBucket':
      return headBucket(key, bucket);
    case 'GetBucketPolicy':
      return getBucketPolicy(key, bucket);
    case 'PutBucketPolicy': {
      const answer = await putBucketPolicy(authenticated, bucket, message, service.budget);
      service.onManagement?.({ eventName: operation, bucket: bucket.name });
      return answer;
    }
    case 'DeleteBucketPolicy': {
      const answer = deleteBucketPolicy(key, bucket);
      service.onManagement?.({ eventName: operation, bucket: bucket.name });
      return answer;
    }
    case 'GetObject':
    case 'HeadObject':
      return getObject(request, headers, key, bucket);
    case 'PutObject':
      return putObject(request, authenticated, bucket, message, service.budget);
    case 'DeleteObject':
      return deleteObject(request, key, bucket);
  }
}

/** A storage of before ListObjectsV2 sees a ListObjects with a parameter, or refuses what it does not know. */
function knownOperation(operation: S3Operation | S3Refusal, withoutV2: WithoutV2 | undefined): S3Operation | S3Refusal {
  if (withoutV2 === undefined || operation !== 'ListObjectsV2') return operation;
  return withoutV2 === 'not-implemented' ? new S3Refusal('NotImplemented') : 'ListObjects';
}

/** ListObjects refuses a `list-type` by itself; where that is ignored, it does not see it. */
const withoutListType = (request: S3Request, withoutV2: WithoutV2 | undefined): S3Request =>
  withoutV2 === 'ignored' ? { ...request, query: request.query.filter(([name]) => name !== 'list-type') } : request;

/** A bucket is served at hosts of its own region only, and at accelerated ones if that is enabled. */
function requireRightPlace(address: S3Address, bucket: ServedBucket, region: string | undefined): void {
  if (address.endpoint.kind === 'accelerate') {
    if (address.style === 'virtual-host' && bucket.accelerate && !bucket.name.includes('.')) return;
    throw new S3Refusal('InvalidRequest', { message: 'S3 Transfer Acceleration is not available for this bucket.' });
  }
  if (region === bucket.region) return;
  throw new S3Refusal('PermanentRedirect', {
    details: { Endpoint: `${bucket.name}.s3.${bucket.region}.amazonaws.com`, Bucket: bucket.name },
    headers: { 'x-amz-bucket-region': bucket.region },
  });
}

/** Answers about a bucket itself, refusals included, name its region. */
function regionHeader(address: S3Address, bucket: ServedBucket | undefined): Readonly<Record<string, string>> {
  return bucket === undefined || address.key !== '' ? {} : { 'x-amz-bucket-region': bucket.region };
}
