import { existsSync, readFileSync, rmSync } from 'node:fs';
import { writePrivately } from '../../../private-file.ts';
import { type BucketPolicy, parsePolicy } from '../auth/bucket-policy.ts';

/** The policy of one bucket. */
export interface PolicyStore {
  current(): BucketPolicy | undefined;
  put(policy: BucketPolicy): void;
  remove(): void;
}

/**
 * Opens what keeps a bucket's policy. Every change is made at once and whole, so that two of them cannot mix.
 *
 * @param file where it is kept; undefined: in memory
 * @throws Error when the file holds anything but a policy: without it the bucket would be open to more than it was
 */
export function openPolicy(bucket: string, file: string | undefined): PolicyStore {
  let policy = file !== undefined && existsSync(file) ? kept(file, bucket) : undefined;
  return {
    current: () => policy,
    put: (next) => {
      if (file !== undefined) writePrivately(file, next.text);
      policy = next;
    },
    remove: () => {
      if (file !== undefined) rmSync(file, { force: true });
      policy = undefined;
    },
  };
}

function kept(file: string, bucket: string): BucketPolicy {
  try {
    return parsePolicy(`${JSON.parse(readFileSync(file, 'utf8'))}`, bucket);
  } catch (cause) {
    throw new Error(`The policy kept for the bucket ${bucket} is damaged. Remove ${file}.`, { cause });
  }
}
