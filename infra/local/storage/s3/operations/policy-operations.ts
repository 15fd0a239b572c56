import type { IncomingMessage } from 'node:http';
import type { S3Answer } from '../answer.ts';
import { parsePolicy } from '../auth/bucket-policy.ts';
import type { Authenticated } from '../auth/signature.ts';
import { S3Refusal } from '../errors.ts';
import type { ServedBucket } from '../store/buckets.ts';
import type { S3Key } from '../store/model.ts';
import { type PayloadBudget, receivePayload } from './payload.ts';

/**
 * PutBucketPolicy, which replaces the policy there was.
 *
 * @throws S3Refusal NotImplemented, AccessDenied, MalformedPolicy, or what the content is refused for
 */
export async function putBucketPolicy(
  authenticated: Authenticated | undefined,
  bucket: ServedBucket,
  message: IncomingMessage,
  budget: PayloadBudget,
): Promise<S3Answer> {
  requireOwner(authenticated?.key, bucket);
  if (authenticated === undefined) throw new S3Refusal('AccessDenied');
  const { content } = await receivePayload(message, authenticated, budget);
  bucket.policy.put(parsePolicy(content.toString('utf8'), bucket.name));
  return { status: 204, headers: {} };
}

/** GetBucketPolicy. @throws S3Refusal NotImplemented, AccessDenied or NoSuchBucketPolicy */
export function getBucketPolicy(key: S3Key | undefined, bucket: ServedBucket): S3Answer {
  requireOwner(key, bucket);
  const policy = bucket.policy.current();
  if (policy === undefined) throw new S3Refusal('NoSuchBucketPolicy', { details: { BucketName: bucket.name } });
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policy.text };
}

/** DeleteBucketPolicy, which succeeds whether or not there was one. @throws S3Refusal NotImplemented or AccessDenied */
export function deleteBucketPolicy(key: S3Key | undefined, bucket: ServedBucket): S3Answer {
  requireOwner(key, bucket);
  bucket.policy.remove();
  return { status: 204, headers: {} };
}

/**
 * The policy is a matter of the owner's key alone, and no policy takes it away. (In S3 other identities can be given
 * that right, a Deny may keep even the owner's users from it, and only the account's root user is never locked out.)
 * A bucket without an owner, as Google's are, has no policies.
 */
function requireOwner(key: S3Key | undefined, bucket: ServedBucket): void {
  if (bucket.owner === undefined) throw new S3Refusal('NotImplemented', { details: { Resource: 'policy' } });
  if (key?.accessKey !== bucket.owner) throw new S3Refusal('AccessDenied');
}
