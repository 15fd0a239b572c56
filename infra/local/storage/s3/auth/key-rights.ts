import { S3Refusal } from '../errors.ts';
import type { ServedBucket } from '../store/buckets.ts';
import type { S3Action, S3Key } from '../store/model.ts';
import { arnOf, type PolicyRequest, saysOf } from './bucket-policy.ts';

/** What a request needs, and the action of a key's rights that covers it. */
const COVERED_BY = {
  's3:ListBucket': 'list',
  's3:GetBucketLocation': 'list',
  's3:GetObject': 'get',
  's3:PutObject': 'put',
  's3:DeleteObject': 'delete',
} as const satisfies Partial<Record<PolicyRequest['permission'], S3Action>>;

/**
 * Whether a key, or an anonymous request, may do something: the bucket's policy decides where it says anything, the
 * key's rights where it does not (IAM User Guide, "Policy evaluation logic", within one account).
 *
 * @param path the object's key; for `s3:ListBucket`, the prefix that is listed, empty for the whole bucket
 */
export function allows(
  key: S3Key | undefined,
  permission: keyof typeof COVERED_BY,
  bucket: ServedBucket,
  path: string,
): boolean {
  const action = COVERED_BY[permission];
  const policy = bucket.policy.current();
  const resource = action === 'list' ? arnOf(bucket.name) : arnOf(bucket.name, path);
  const said = policy === undefined ? 'nothing' : saysOf(policy, { permission, resource, arns: key?.arns ?? [] });
  switch (said) {
    case 'denied':
      return false;
    case 'allowed':
      return true;
    case 'nothing':
      return key?.rights.some((right) => covers(right, action, bucket.name, path)) === true;
  }
}

const covers = (right: S3Key['rights'][number], action: S3Action, bucket: string, path: string): boolean =>
  (right.bucket === bucket || right.bucket === '*') &&
  right.actions.includes(action) &&
  path.startsWith(right.prefix ?? '');

/** @throws S3Refusal AccessDenied when who asks may not do this; see `allows` */
export function demand(...request: Parameters<typeof allows>): void {
  if (!allows(...request)) throw new S3Refusal('AccessDenied');
}
