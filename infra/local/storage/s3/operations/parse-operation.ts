import { S3Refusal } from '../errors.ts';
import { parameter, type S3Request } from '../request.ts';

export type S3Operation =
  | 'ListBuckets'
  | 'ListObjects'
  | 'ListObjectsV2'
  | 'GetBucketLocation'
  | 'HeadBucket'
  | 'GetBucketPolicy'
  | 'PutBucketPolicy'
  | 'DeleteBucketPolicy'
  | 'GetObject'
  | 'HeadObject'
  | 'PutObject'
  | 'DeleteObject';

/** Query parameters that turn a request on a bucket or an object into another operation. Of a bucket, `policy` is served. */
const SUBRESOURCES = new Set([
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'logging',
  'metadataConfiguration',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'partNumber',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]);

/** Headers beginning with `x-amz-` that are understood, or that change nothing here. */
const UNDERSTOOD =
  /^x-amz-(?:date|content-sha256|security-token|user-agent|decoded-content-length|trailer|request-payer|sdk-.*|checksum-.*|meta-.*)$/;

const BUCKET_OPERATIONS: Readonly<Record<string, S3Operation>> = { GET: 'ListObjects', HEAD: 'HeadBucket' };

const POLICY_OPERATIONS: Readonly<Record<string, S3Operation>> = {
  GET: 'GetBucketPolicy',
  PUT: 'PutBucketPolicy',
  DELETE: 'DeleteBucketPolicy',
};

const OBJECT_OPERATIONS: Readonly<Record<string, S3Operation>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

/**
 * Which operation a request is, or why it is none: MethodNotAllowed for a method the resource never has,
 * NotImplemented for an operation of S3 that the stand-in does not serve.
 */
export function operationOf(request: S3Request): S3Operation | S3Refusal {
  const { method } = request;
  const { bucket, key } = request.address;
  if (bucket === undefined) return method === 'GET' ? 'ListBuckets' : notAllowed(method, 'SERVICE');
  const subresources = request.query.map(([name]) => name).filter((name) => SUBRESOURCES.has(name));
  const [subresource] = subresources;
  if (subresource === 'policy' && subresources.length === 1 && key === '') {
    return POLICY_OPERATIONS[method] ?? notAllowed(method, 'BUCKETPOLICY');
  }
  if (subresource !== undefined) return new S3Refusal('NotImplemented', { details: { Resource: subresource } });
  if (key !== '') return OBJECT_OPERATIONS[method] ?? notAllowed(method, 'OBJECT');
  if (method === 'GET' && parameter(request, 'location') !== undefined) return 'GetBucketLocation';
  if (method === 'GET' && parameter(request, 'list-type') === '2') return 'ListObjectsV2';
  const operation = BUCKET_OPERATIONS[method];
  if (operation !== undefined) return operation;
  // CreateBucket, DeleteBucket and the form upload are operations of S3, only not of the stand-in.
  if (method === 'PUT' || method === 'DELETE' || method === 'POST') return new S3Refusal('NotImplemented');
  return notAllowed(method, 'BUCKET');
}

/**
 * Nothing that a request asks for is passed over in silence.
 *
 * @param headers the request's headers, and what stands for headers in its query
 * @throws S3Refusal NotImplemented for an `x-amz-` header that the stand-in does not honour
 */
export function requireUnderstood(headers: ReadonlyMap<string, string>): void {
  const header = [...headers.keys()].find((name) => name.startsWith('x-amz-') && !UNDERSTOOD.test(name));
  if (header !== undefined) throw new S3Refusal('NotImplemented', { details: { Header: header } });
}

function notAllowed(method: string, resource: 'SERVICE' | 'BUCKET' | 'BUCKETPOLICY' | 'OBJECT'): S3Refusal {
  return new S3Refusal('MethodNotAllowed', { details: { Method: method, ResourceType: resource } });
}
