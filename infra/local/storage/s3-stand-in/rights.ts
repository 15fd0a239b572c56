import { S3Refusal } from './errors.ts';
import type { S3Action, S3Key } from './model.ts';

/**
 * Whether a key may do something.
 *
 * @param path the object's key; for `list`, the prefix that is listed, empty for the whole bucket
 */
export function allows(key: S3Key, action: S3Action, bucket: string, path: string): boolean {
  return key.rights.some(
    (right) =>
      (right.bucket === bucket || right.bucket === '*') &&
      right.actions.includes(action) &&
      path.startsWith(right.prefix ?? ''),
  );
}

/** @throws S3Refusal AccessDenied when there is no key (an anonymous request) or it may not do this */
export function demand(key: S3Key | undefined, action: S3Action, bucket: string, path: string): void {
  if (key === undefined || !allows(key, action, bucket, path)) throw new S3Refusal('AccessDenied');
}
